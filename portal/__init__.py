"""Kundval: where companies join Swedish municipalities' customer-choice systems (LOV 2008:962)."""
