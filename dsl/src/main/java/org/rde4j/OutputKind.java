package org.rde4j;

/**
 * What the numbers mean that a model puts out. A backend reads it off the model's last operation; where it cannot, or
 * where the user knows better, it is stated.
 */
public enum OutputKind {
    /** Scores of labels that exclude each other; probabilities are their softmax. */
    SCORES("scores"),
    /** Probabilities of labels that exclude each other, between 0 and 1, together 1. */
    PROBABILITIES("softmax probabilities"),
    /**
     * Scores of labels that do not exclude each other; the probability of each is the sigmoid of its score. A single
     * score is a choice of two: its sigmoid is the probability of label 1, the rest that of label 0.
     */
    LABEL_SCORES("scores of labels"),
    /** Probabilities of labels that do not exclude each other, each between 0 and 1. */
    LABEL_PROBABILITIES("sigmoid probabilities"),
    /** Values without labels, such as measurements or pictures. */
    VALUES("values");

    private final String words;

    OutputKind(String words) {
        this.words = words;
    }

    /** As messages and files call it. */
    @Override
    public String toString() {
        return words;
    }
}
