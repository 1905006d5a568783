/**
 * Representations made concrete for one shape of signals: what the components are, how a signal is analysed
 * into them, and how a graph puts signals together again.
 */
@NullMarked
package org.rde4j.nd4j.representation;

import org.jspecify.annotations.NullMarked;
