"""A coded reason as it is read: in which language, and where the officer's own words stand."""

from portal.domain.review import ReasonTold, reason_told

ROOM = {"sv": "Rutinen räcker inte. Den saknar datum.", "en": "The routine is not enough. Den saknar datum."}
NAME = {"sv": "Rutin saknas", "en": "The routine is missing"}


def coded(sentence, note="Den saknar datum.", note_en=""):
    return {"sentence": sentence, "name": NAME, "note": note, "note_en": note_en}


def test_in_swedish_the_sentence_holds_the_officers_words():
    assert reason_told(coded(ROOM), "sv") == ReasonTold(ROOM["sv"], "", "sv")


def test_in_english_the_officers_own_words_stand_apart_in_swedish():
    assert reason_told(coded(ROOM), "en") == ReasonTold("The routine is not enough.", "Den saknar datum.", "sv")


def test_a_phrase_is_read_in_its_own_english():
    english = {**ROOM, "en": "The routine is not enough. It has no date."}

    assert reason_told(coded(english, note_en="It has no date."), "en") == ReasonTold(english["en"], "", "en")


def test_words_that_the_sentence_has_no_room_for_are_not_lost():
    short = {"sv": "Beloppet räcker inte.", "en": "The amount is not enough."}

    assert reason_told(coded(short), "sv") == ReasonTold("Beloppet räcker inte.", "Den saknar datum.", "sv")
    assert reason_told(coded(short), "en") == ReasonTold("The amount is not enough.", "Den saknar datum.", "sv")
    assert reason_told(coded(short, note_en="No date."), "en") == ReasonTold(
        "The amount is not enough.", "No date.", "en"
    )


def test_a_reason_that_is_only_the_officers_words_is_named_in_english():
    alone = dict.fromkeys(("sv", "en"), "Den saknar datum.")

    assert reason_told(coded(alone), "en") == ReasonTold("The routine is missing.", "Den saknar datum.", "sv")


def test_without_words_of_the_officers_there_is_the_sentence():
    assert reason_told(coded(ROOM, note=""), "en") == ReasonTold(ROOM["en"], "", "en")
