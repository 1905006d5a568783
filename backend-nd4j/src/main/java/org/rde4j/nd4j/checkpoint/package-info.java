/** Files that long work leaves behind to be continued from. */
@NullMarked
package org.rde4j.nd4j.checkpoint;

import org.jspecify.annotations.NullMarked;
