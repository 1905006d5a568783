/** Scenes from folders, and batches of them for training. */
@NullMarked
package org.rde4j.radiomap.data;

import org.jspecify.annotations.NullMarked;
