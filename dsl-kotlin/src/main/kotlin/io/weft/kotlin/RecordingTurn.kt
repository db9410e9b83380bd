package io.weft.kotlin

import io.weft.node.Address
import io.weft.node.ExitReason
import io.weft.node.Info
import io.weft.node.Self
import io.weft.term.Reference
import kotlin.time.Duration
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.Flow

/**
 * A turn without a process, for tests of classes that take theirs as a context parameter: it notes
 * what they ask for.
 *
 * ```
 * test("a till that is closed stops") = runTest {
 *   val turn = RecordingTurn<Till>(this)
 *   context(turn) { TillServer().handle(Till.Close) }
 *   turn.stopped shouldBe ExitReason.NORMAL
 * }
 * ```
 *
 * @param scope where the class launches
 */
public class RecordingTurn<P : Any>(private val scope: CoroutineScope) :
  Turn<P>, CoroutineScope by scope {
  private val watches = LinkedHashMap<Address<*>, (Info.Down) -> P>()
  private val links = LinkedHashSet<Address<*>>()

  /** What it was stopped with, or null. */
  public var stopped: ExitReason? = null
    private set

  /** How long it lets its coroutines finish; null if not told. */
  public var grace: Duration? = null
    private set

  /** Whom it watches, and what would make a message of the end. */
  public val watched: Map<Address<*>, (Info.Down) -> P>
    get() = watches

  /** Whom it is linked with. */
  public val linked: Set<Address<*>>
    get() = links

  /** What would make a message of an exit signal; null if it does not trap any. */
  public var exits: ((Info.Exit) -> P)? = null
    private set

  /** @throws UnsupportedOperationException always: there is no process */
  override val self: Self<P>
    get() =
      throw UnsupportedOperationException(
        "a RecordingTurn has no process: run what needs `self` as an actor of a node"
      )

  override fun stop(reason: ExitReason) {
    stopped = reason
  }

  override fun monitor(whom: Address<*>, message: (Info.Down) -> P): Reference {
    watches[whom] = message
    return Reference.of(whom.node().name(), 1, watches.size, 0, 0)
  }

  override fun link(with: Address<*>) {
    links.add(with)
  }

  override fun unlink(from: Address<*>) {
    links.remove(from)
  }

  override fun trapExits(message: (Info.Exit) -> P) {
    exits = message
  }

  /** @throws UnsupportedOperationException always: a stream needs a process */
  override fun <E : Any> streaming(flow: Flow<E>): Source<E> =
    throw UnsupportedOperationException(
      "a RecordingTurn has no process to stream from: test the flow itself"
    )

  override fun grace(limit: Duration) {
    grace = limit
  }
}
