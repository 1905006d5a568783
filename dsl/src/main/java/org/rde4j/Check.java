package org.rde4j;

/** The range rules of settings, each as one sentence with value, rule and remedy. */
final class Check {
    private Check() {}

    static void atLeast(String what, long value, long least, String remedy) {
        if (value < least) {
            throw new RdeException("The %s (%s) must be at least %s.".formatted(what, value, least), remedy);
        }
    }

    static void within(String what, long value, long least, long most, String remedy) {
        if (value < least || value > most) {
            throw new RdeException(
                    "The %s (%s) must be between %s and %s.".formatted(what, value, least, most), remedy);
        }
    }

    static void finite(String what, double value, String remedy) {
        if (!Double.isFinite(value)) {
            throw new RdeException("The %s (%s) must be a finite number.".formatted(what, value), remedy);
        }
    }

    static void positive(String what, double value, String remedy) {
        finite(what, value, remedy);
        if (value <= 0) {
            throw new RdeException("The %s (%s) must be greater than 0.".formatted(what, value), remedy);
        }
    }

    static void notNegative(String what, double value, String remedy) {
        finite(what, value, remedy);
        if (value < 0) {
            throw new RdeException("The %s (%s) must not be negative.".formatted(what, value), remedy);
        }
    }

    static void unitInterval(String what, double value, String remedy) {
        if (!(value >= 0 && value <= 1)) {
            throw new RdeException("The %s (%s) must lie in [0, 1].".formatted(what, value), remedy);
        }
    }
}
