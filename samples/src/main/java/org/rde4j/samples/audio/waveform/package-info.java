/** Classifiers of waveforms, explained over bands of frequencies, or over all magnitudes and all phases. */
@NullMarked
package org.rde4j.samples.audio.waveform;

import org.jspecify.annotations.NullMarked;
