/** Compiles explanation problems into ND4J SameDiff graphs and runs them. */
@NullMarked
package org.rde4j.nd4j;

import org.jspecify.annotations.NullMarked;
