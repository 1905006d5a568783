package org.rde4j.samples.cli;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.rde4j.RdeException;

/**
 * An option's value such as {@code patches:16}: a name and settings.
 *
 * @param option the option, for messages
 * @param form what the name may be followed by, such as {@code patches:SIDE}
 * @param name the first word
 * @param settings the other words, at most as many as the form has
 */
record OptionWords(String option, String form, String name, List<String> settings) {

    /**
     * The words of a value; RdeException if its name does not exist, or settings follow that nothing reads.
     *
     * @param choices the forms, with commas between them; what follows a semicolon explains them
     */
    static OptionWords of(String option, String value, String choices) {
        String[] words = value.split(":", -1);
        String form = Arrays.stream(choices.split(";")[0].split(", "))
                .filter(choice -> choice.split(":")[0].equals(words[0]))
                .findFirst()
                .orElseThrow(() -> new RdeException(
                        "%s '%s' does not exist.".formatted(option, words[0]),
                        "The choices are %s.".formatted(choices)));
        int most = form.split(":").length;
        if (words.length > most) {
            throw new RdeException(
                    "%s %s takes at most %s settings, not %s.".formatted(option, words[0], most - 1, words.length - 1),
                    "Leave ':%s' out.".formatted(words[most]));
        }
        return new OptionWords(option, form, words[0], Arrays.asList(words).subList(1, words.length));
    }

    /** Refuses a name with fewer settings than it has. */
    OptionWords complete() {
        if (settings.size() < form.split(":").length - 1) {
            throw new RdeException("%s %s needs settings.".formatted(option, name), "The form is %s.".formatted(form));
        }
        return this;
    }

    /** The error for a setting that is none of some words. */
    RdeException unknown(int index, String choices) {
        return new RdeException(
                "%s %s cannot be '%s'.".formatted(option, name, settings.get(index)),
                "The choices are %s.".formatted(choices));
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
                    "The form is %s.".formatted(form));
        }
    }

    int whole(int index, int otherwise) {
        double number = number(index).orElse(otherwise);
        if (number != Math.rint(number) || Math.abs(number) > Integer.MAX_VALUE) {
            throw new RdeException(
                    "%s %s needs a whole number of at most %s, not %s."
                            .formatted(option, name, Integer.MAX_VALUE, settings.get(index)),
                    "Maybe use %s.".formatted(otherwise));
        }
        return (int) number;
    }
}
