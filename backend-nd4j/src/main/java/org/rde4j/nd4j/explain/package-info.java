/** Lowered explanation problems, the engines that evaluate them, and the solvers. */
@NullMarked
package org.rde4j.nd4j.explain;

import org.jspecify.annotations.NullMarked;
