/**
 * Notes of made-up instruments: ten families that sound and look roughly like NSynth's, and pairs of families that
 * differ in phase or in magnitude only.
 */
@NullMarked
package org.rde4j.samples.audio.synthesis;

import org.jspecify.annotations.NullMarked;
