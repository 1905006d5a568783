/** Explanation problems lowered to graphs, the estimates that solvers see, and the way back to explanations. */
@NullMarked
package org.rde4j.nd4j.explain;

import org.jspecify.annotations.NullMarked;
