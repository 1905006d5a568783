/** Benchmarks of the parts that a step is made of; docs/performance.md has the command. */
@NullMarked
package org.rde4j.nd4j.benchmark;

import org.jspecify.annotations.NullMarked;
