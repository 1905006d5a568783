/** What is estimated, and from what: cities, transmitters, signal strengths and measurements. */
@NullMarked
package org.rde4j.radiomap.scene;

import org.jspecify.annotations.NullMarked;
