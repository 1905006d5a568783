package org.rde4j.nd4j.adjoint;

/** How the slope of an operation's output becomes slopes of its inputs. */
@FunctionalInterface
interface Rule {

    /** Gives every wanted input of a call its slope. */
    void apply(Reverse call);
}
