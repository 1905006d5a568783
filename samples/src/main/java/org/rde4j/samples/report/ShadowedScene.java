package org.rde4j.samples.report;

import org.rde4j.radiomap.explanation.MissingShadow;
import org.rde4j.radiomap.scene.Scene;

/**
 * A scene with a missing building.
 *
 * @param scene what a network is told, and the truth
 * @param shadow of the missing building
 */
public record ShadowedScene(Scene scene, MissingShadow shadow) {}
