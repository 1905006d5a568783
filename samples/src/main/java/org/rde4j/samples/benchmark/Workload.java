package org.rde4j.samples.benchmark;

import java.util.List;

/**
 * What is measured.
 *
 * @param work our side
 * @param peerArguments the arguments that make {@code pytorch_peer.py} do the same
 */
public record Workload(Work work, List<String> peerArguments) {}
