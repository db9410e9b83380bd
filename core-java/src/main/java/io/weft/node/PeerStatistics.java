package io.weft.node;

/**
 * What a connection has carried since it is up, and what waits: a look at it, not to be added up
 * exactly while it goes on.
 *
 * @param signalsIn the messages and other signals that came
 * @param signalsOut those that were written, or begun to be
 * @param bytesIn what they took on the wire, ticks not counted
 * @param bytesOut the same of those that were written, ticks counted
 * @param plainBytesIn what {@code bytesIn} was before it was compressed
 * @param plainBytesOut what {@code bytesOut} was before it was compressed
 * @param signalsQueued those that wait to be written
 * @param bytesQueued about how many bytes wait to be written or are being written
 * @param busy whether so much waits that senders are held up
 * @param framesIn the frames that came, those of tunnels included; a large message takes several
 * @param framesOut the frames of signals that were written
 * @param sendersWaiting how many processes wait for room
 */
public record PeerStatistics(
    long signalsIn,
    long signalsOut,
    long bytesIn,
    long bytesOut,
    long plainBytesIn,
    long plainBytesOut,
    long signalsQueued,
    long bytesQueued,
    boolean busy,
    long framesIn,
    long framesOut,
    int sendersWaiting) {}
