/**
 * Sounds: notes of musical instruments in NSynth's layout, WAV files, and the spectra on a logarithmic grid that
 * networks see (seed, section 4.2).
 */
@NullMarked
package org.rde4j.samples.audio;

import org.jspecify.annotations.NullMarked;
