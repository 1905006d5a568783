/**
 * Simulated cities and the signal strengths of transmitters in them: what networks are trained on where
 * RadioMapSeer is not at hand (seed section 4.3).
 */
@NullMarked
package org.rde4j.radiomap.simulation;

import org.jspecify.annotations.NullMarked;
