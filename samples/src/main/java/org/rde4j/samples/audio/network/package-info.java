/** The networks over spectra of notes: a classifier, the inpainting network G of the seed, and the critic that trains it. */
@NullMarked
package org.rde4j.samples.audio.network;

import org.jspecify.annotations.NullMarked;
