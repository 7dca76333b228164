-- Summaries of a day or a week read the journal between two wall times.
CREATE INDEX journal_by_time ON journal (at_wall);
