/** Training of networks that estimate radio maps, with or without the interpretation loss. */
@NullMarked
package org.rde4j.radiomap.training;

import org.jspecify.annotations.NullMarked;
