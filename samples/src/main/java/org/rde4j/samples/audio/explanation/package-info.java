/** The questions of the seed's section 4.2 about spectra of notes. */
@NullMarked
package org.rde4j.samples.audio.explanation;

import org.jspecify.annotations.NullMarked;
