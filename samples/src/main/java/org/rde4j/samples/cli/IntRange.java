package org.rde4j.samples.cli;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number or a range of numbers, as written in an option: {@code 300} or {@code 1-300}. */
record IntRange(int first, int last) {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,6})(?:-(\\d{1,6}))?");

    /** Empty if the text is neither. */
    static Optional<IntRange> parse(String text) {
        Matcher range = TEXT.matcher(text);
        if (!range.matches()) {
            return Optional.empty();
        }
        int first = Integer.parseInt(range.group(1));
        return Optional.of(new IntRange(first, range.group(2) == null ? first : Integer.parseInt(range.group(2))));
    }
}
