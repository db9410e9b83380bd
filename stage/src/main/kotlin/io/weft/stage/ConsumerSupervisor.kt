package io.weft.stage

import io.weft.gen.ChildResult
import io.weft.gen.ChildStart
import io.weft.gen.Supervisor.ChildCount
import io.weft.gen.Supervisor.ChildInfo
import io.weft.node.Request
import io.weft.term.Pid
import io.weft.term.Term

/**
 * The protocol of a [GenStage.consumerSupervisor]: a consumer that starts a child for each event,
 * and is their supervisor.
 *
 * @param E the events
 * @param M the protocol of the children
 */
public sealed interface Supervises<E : Any, M : Any> : Consumes<E>

/**
 * What a consumer supervisor can be asked; foreign nodes ask it by the functions of Elixir's
 * ConsumerSupervisor. As in a supervisor, one thing is done at a time.
 */
public object ConsumerSupervisor {
  /** Starts a child for an event of one's own, which counts towards no subscription. */
  public data class StartChild<E : Any, M : Any>(val event: E) :
    Supervises<E, M>, Request<ChildStart<M>>

  /**
   * Stops a child, by the template's shutdown, and forgets it: it has finished. One that is to be
   * restarted goes by the pid of its last life. [ChildResult.NOT_FOUND] if there is none.
   */
  public data class TerminateChild<E : Any, M : Any>(val pid: Pid) :
    Supervises<E, M>, Request<ChildResult>

  /** Asks for all children. */
  public class WhichChildren<E : Any, M : Any> : Supervises<E, M>, Request<List<ChildInfo>>

  /** Asks how many children there are. */
  public class CountChildren<E : Any, M : Any> : Supervises<E, M>, Request<ChildCount>

  /** A request as Elixir's ConsumerSupervisor makes it. */
  internal class Foreign<E : Any, M : Any>(val request: Term) : Supervises<E, M>
}
