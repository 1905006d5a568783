package org.rde4j;

/**
 * Something that was given to rde4j breaks a rule.
 *
 * <p>The message has one or two lines: the value and the rule it breaks, then what to do about it. Command
 * lines print it as it is and end with exit code 2.
 */
public final class RdeException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    /**
     * An error with its remedy.
     *
     * @param problem the value and the rule it breaks, one sentence
     * @param remedy what to do, one sentence
     */
    public RdeException(String problem, String remedy) {
        super(problem + "\n" + remedy);
    }

    /**
     * An error with its remedy and the exception that revealed it.
     *
     * @param problem the value and the rule it breaks, one sentence
     * @param remedy what to do, one sentence
     * @param cause the exception that revealed it
     */
    public RdeException(String problem, String remedy, Throwable cause) {
        super(problem + "\n" + remedy, cause);
    }
}
