/** Networks that estimate radio maps. */
@NullMarked
package org.rde4j.radiomap.network;

import org.jspecify.annotations.NullMarked;
