package org.rde4j.samples.cli;

import static java.util.Map.entry;

import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Messages of the library in the words of the command line: calls become options. */
final class Remedies {
    /** A call of numbers or words, perhaps as the argument of the call that takes it. */
    private static final Pattern CALL = Pattern.compile("\\b(?:(?:over|solvedBy)\\()?(\\w+)\\(([^()]*)\\)\\)?");

    /** What several calls together are called. */
    private static final Map<String, String> PHRASES = Map.of(
            "regionProbability(box(x, y, width, height)).of(class)",
            "--distortion probability-in:X:Y:WIDTH:HEIGHT --label CLASS",
            "squaredError().restrictedTo(box(x, y, width, height))",
            "--distortion squared-in:X:Y:WIDTH:HEIGHT");

    /** What a call is called as an option; its argument follows. */
    private static final Map<String, String> OPTIONS = Map.ofEntries(
            entry("steps", "--steps "),
            entry("samples", "--samples "),
            entry("converging", "--evaluations "),
            entry("adam", "--step-size "),
            entry("sgd", "--step-size "),
            entry("startingAt", "--start "),
            entry("smoothing", "--smoothing "),
            entry("temperature", "--temperature "),
            entry("l1", "--lambda "),
            entry("bernoulli", "--lambda "),
            entry("enumeration", "--lambda "),
            entry("matchingPursuit", "--components "),
            entry("atMost", "--components "),
            entry("aimingForRate", "--rate "),
            entry("rateConstrained", "--rate "),
            entry("distortionConstrained", "--max-distortion "),
            entry("tolerance", "--max-distortion "),
            entry("times", "--times "),
            entry("giving", "--gives "),
            entry("output", "--output "),
            entry("channelsFirst", "--channels-first"),
            entry("channelsLast", "--channels-last"),
            entry("squaredError", "--distortion squared"),
            entry("labelProbability", "--distortion probability"),
            entry("pixels", "--over pixels"),
            entry("patches", "--over patches:"),
            entry("wavelets", "--over wavelets:"),
            entry("levels", "--over wavelets:FAMILY:"),
            entry("scales", "--over shearlets:"),
            entry("shearlets", "--over shearlets"),
            entry("fourier", "--over fourier"),
            entry("constant", "--obfuscation constant:"),
            entry("blur", "--obfuscation blur:"),
            entry("perChannel", "--obfuscation gaussian:channel"));

    private Remedies() {}

    /**
     * A message whose remedy, the second line, names options instead of calls.
     *
     * @param message one or two lines
     * @param has whether the command has an option
     */
    static String of(String message, Predicate<String> has) {
        int remedy = message.contains("\n") ? message.indexOf('\n') + 1 : message.length();
        String advice = message.substring(remedy);
        for (Map.Entry<String, String> phrase : PHRASES.entrySet()) {
            boolean known = has.test(phrase.getValue().split(" ")[0]);
            advice = known ? advice.replace(phrase.getKey(), phrase.getValue()) : advice;
        }
        return message.substring(0, remedy)
                + CALL.matcher(advice).replaceAll(call -> Matcher.quoteReplacement(option(call, has)));
    }

    private static String option(MatchResult call, Predicate<String> has) {
        String option = OPTIONS.get(call.group(1));
        return option == null || !has.test(option.split(" ")[0]) ? call.group() : option + argument(call.group(2));
    }

    private static String argument(String written) {
        return written.startsWith("OutputKind.")
                ? written.substring(written.indexOf('.') + 1)
                        .toLowerCase(Locale.ROOT)
                        .replace('_', '-')
                : written.replace("\"", "").replace(", ", ":");
    }
}
