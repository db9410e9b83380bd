package io.weft.wire.control;
import io.weft.term.*;
import org.jspecify.annotations.Nullable;
public sealed interface Control {
  record Link(Pid from, Pid to) implements Control {}
  record Unlink(long id, Pid from, Pid to) implements Control {}
  record UnlinkAck(long id, Pid from, Pid to) implements Control {}
  record Send(@Nullable Pid from, Pid to, Term message) implements Control {}
  record RegSend(Pid from, Atom toName, Term message) implements Control {}
  record AliasSend(Pid from, Reference alias, Term message) implements Control {}
  record Exit(Pid from, Pid to, Term reason) implements Control {}
  record Exit2(Pid from, Pid to, Term reason) implements Control {}
  record Monitor(Pid from, Term target, Reference ref) implements Control {}
  record Demonitor(Pid from, Term target, Reference ref) implements Control {}
  record MonitorExit(Term target, Pid to, Reference ref, Term reason) implements Control {}
  record SpawnRequest(Reference reqId, Pid from, Pid groupLeader, Atom module, Atom function, int arity, ListTerm options, Term args) implements Control {}
  record SpawnReply(Reference reqId, Pid to, int flags, Term result) implements Control {}
  record GroupLeader(Pid from, Pid to) implements Control {}
  record NodeLink() implements Control {}
  record Traced(Control control, Term token) implements Control {}
}
