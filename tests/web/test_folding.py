"""A template compiled for one language says what it would have said without."""

import pytest

from portal.locale import speaking
from portal.web.pages import environment


@pytest.mark.parametrize(("language", "said"), [("sv", "Logga ut"), ("en", "Sign out")])
def test_each_language_says_its_own_words(language, said):
    with speaking(language):
        assert environment().from_string('{{ _("Logga ut") }}').render() == said


def test_a_sentence_with_a_value_in_it_is_said_anew_each_time():
    template = environment().from_string('{{ _("Hej %(name)s", name=name) }}')

    assert template.render(name="Anna") == "Hej Anna"
    assert template.render(name="<b>") == "Hej &lt;b&gt;"


def test_a_percent_sign_is_written_twice_in_a_template_and_shown_once():
    assert environment().from_string('{{ _("100 %% av allt") }}').render() == "100 % av allt"


def test_a_text_in_two_languages_is_still_escaped():
    class Said:
        sv, en = "Å & Ö", "A & O"

    with speaking("en"):
        assert environment().from_string("{{ in_language(said) }}").render(said=Said) == "A &amp; O"


def test_values_among_the_words_are_escaped_and_a_percent_sign_is_itself():
    written = "{% trans share=a, name=b %}{{ share }} % av {{ name }}{% endtrans %}"

    assert environment().from_string(written).render(a=3, b="<i>") == "3 % av &lt;i&gt;"


def test_what_depends_on_a_number_is_still_counted():
    template = environment().from_string(
        "{% trans count=n %}Alla meddelanden, {{ count }} oläst{% pluralize %}Alla, {{ count }} olästa{% endtrans %}"
    )

    assert template.render(n=1) == "Alla meddelanden, 1 oläst"
    assert template.render(n=2) == "Alla, 2 olästa"
