/**
 * Immutable descriptions of rate-distortion explanation problems and of their results.
 *
 * <p>A {@link org.rde4j.RateDistortion} names four things: how a signal is represented, how the parts that
 * are not kept are replaced, how a change of the model's output is measured, and how the mask is found. It
 * holds no tensor of a signal, no model and no random state, so it prints, compares and can be swept in a
 * loop. A backend compiles it together with a model into an {@link org.rde4j.Explainer}, which turns signals
 * into {@link org.rde4j.Explanation}s.
 */
@NullMarked
package org.rde4j;

import org.jspecify.annotations.NullMarked;
