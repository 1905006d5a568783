package org.rde4j.radiomap.scene;

/**
 * A pixel of a map.
 *
 * @param row counted from 0 at the top
 * @param column counted from 0 at the left
 */
public record Place(int row, int column) {}
