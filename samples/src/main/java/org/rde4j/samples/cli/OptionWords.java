package org.rde4j.samples.cli;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.rde4j.RdeException;

/**
 * An option's value such as {@code patches:16}: a name and settings.
 *
 * @param option the option, for messages
 * @param name the first word
 * @param settings the other words
 */
record OptionWords(String option, String name, List<String> settings) {

    static OptionWords of(String option, String value) {
        String[] words = value.split(":", -1);
        return new OptionWords(option, words[0], Arrays.asList(words).subList(1, words.length));
    }

    /** The error for a name that does not exist. */
    RdeException unknown(String choices) {
        return new RdeException(
                "%s '%s' does not exist.".formatted(option, name), "The choices are %s.".formatted(choices));
    }

    /** Refuses settings that nothing reads. */
    OptionWords atMost(int count) {
        if (settings.size() > count) {
            throw new RdeException(
                    "%s %s takes at most %d settings, not %d.".formatted(option, name, count, settings.size()),
                    "Leave ':%s' out.".formatted(settings.get(count)));
        }
        return this;
    }

    String word(int index, String otherwise) {
        return settings.size() > index ? settings.get(index) : otherwise;
    }

    OptionalDouble number(int index) {
        if (settings.size() <= index) {
            return OptionalDouble.empty();
        }
        try {
            return OptionalDouble.of(Double.parseDouble(settings.get(index)));
        } catch (NumberFormatException e) {
            throw new RdeException(
                    "%s %s needs a number, not '%s'.".formatted(option, name, settings.get(index)),
                    "Maybe use %s:8.".formatted(name));
        }
    }

    int whole(int index, int otherwise) {
        double number = number(index).orElse(otherwise);
        if (number != Math.rint(number) || Math.abs(number) > Integer.MAX_VALUE) {
            throw new RdeException(
                    "%s %s needs a whole number, not %s.".formatted(option, name, number),
                    "Maybe use %s:%d.".formatted(name, otherwise));
        }
        return (int) number;
    }
}
