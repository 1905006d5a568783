/** How good explanations are: published measures, each beside random masks as a control. */
@NullMarked
package org.rde4j.nd4j.metrics;

import org.jspecify.annotations.NullMarked;
