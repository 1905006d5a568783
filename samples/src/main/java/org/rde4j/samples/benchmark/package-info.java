/** Timing rde4j, alone or in turn with PyTorch. */
@NullMarked
package org.rde4j.samples.benchmark;

import org.jspecify.annotations.NullMarked;
