/** Solvers measured against the best of all masks. */
@NullMarked
package org.rde4j.samples.solvers;

import org.jspecify.annotations.NullMarked;
