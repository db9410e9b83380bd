package io.weft.global;

import io.weft.node.TermMappingException;
import io.weft.term.Atom;
import io.weft.term.IntegerTerm;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.List;
import java.util.function.Function;

/** What the name servers of a cluster send each other, and how its parts are read. */
final class Words {
  static final Atom SERVER = Atom.of("global_name_server");

  /** Between partitions, and the resource that is locked for every change of names. */
  static final Atom GLOBAL = Atom.of("global");

  static final Atom INIT_CONNECT = Atom.of("init_connect");
  static final Atom INIT_CONNECT_ACK = Atom.of("init_connect_ack");
  static final Atom CANCEL_CONNECT = Atom.of("cancel_connect");
  static final Atom LOCKER = Atom.of("locker");
  static final Atom NO_LONGER_A_PID = Atom.of("no_longer_a_pid");
  static final Atom LOCK_SET = Atom.of("lock_set");
  static final Atom EXCHANGE = Atom.of("exchange");
  static final Atom RESOLVED = Atom.of("resolved");
  static final Atom UNUSED = Atom.of("unused");
  static final Atom NEW_NODES = Atom.of("new_nodes");
  static final Atom IN_SYNC = Atom.of("in_sync");
  static final Atom LOST_CONNECTION = Atom.of("lost_connection");
  static final Atom REMOVE_CONNECTION = Atom.of("remove_connection");
  static final Atom INSERT = Atom.of("insert");
  static final Atom DELETE = Atom.of("delete");
  static final Atom VSN = Atom.of("vsn");
  static final Atom LOCK = Atom.of("lock");

  static final Atom SET_LOCK = Atom.of("set_lock");
  static final Atom DEL_LOCK = Atom.of("del_lock");
  static final Atom REGISTER = Atom.of("register");
  static final Atom REGISTER_EXT = Atom.of("register_ext");
  static final Atom UNREGISTER = Atom.of("unregister");
  static final Atom SYNC = Atom.of("sync");
  static final Atom GET_KNOWN = Atom.of("get_known");
  static final Atom GET_SYNCED = Atom.of("get_synced");
  static final Atom GET_PROTOCOL_VERSION = Atom.of("get_protocol_version");
  static final Atom GET_NAMES_EXT = Atom.of("get_names_ext");
  static final Atom HIGH_LEVEL_TRACE_GET = Atom.of("high_level_trace_get");
  static final Atom NO_TRACE = Atom.of("no_trace");
  static final Atom ASYNC_DEL_NAME = Atom.of("async_del_name");
  static final Atom ASYNC_DEL_LOCK = Atom.of("async_del_lock");
  static final Atom YES = Atom.of("yes");

  private Words() {}

  static TermMappingException malformed(String expected, Term found) {
    return new TermMappingException("expected " + expected + ", found " + found);
  }

  static Tuple tuple(Term term, int arity) {
    if (term instanceof Tuple tuple && tuple.arity() == arity) {
      return tuple;
    }
    throw malformed("a tuple of " + arity, term);
  }

  static Atom atom(Term term) {
    if (term instanceof Atom atom) {
      return atom;
    }
    throw malformed("an atom", term);
  }

  static Pid pid(Term term) {
    if (term instanceof Pid pid) {
      return pid;
    }
    throw malformed("a pid", term);
  }

  static boolean bool(Term term) {
    if (term.equals(Atom.TRUE) || term.equals(Atom.FALSE)) {
      return term.equals(Atom.TRUE);
    }
    throw malformed("true or false", term);
  }

  static int version(Term term) {
    if (term instanceof IntegerTerm number && number.toBigInteger().bitLength() < Integer.SIZE) {
      return number.toBigInteger().intValue();
    }
    throw malformed("a version", term);
  }

  static <T> List<T> list(Term term, Function<Term, T> of) {
    if (term instanceof ListTerm list) {
      return list.elements().stream().map(of).toList();
    }
    throw malformed("a list", term);
  }

  /** A shared requester of a lock: {@code {ResourceId, LockRequesterId}}. */
  static Tuple lockId(Term term) {
    return tuple(term, 2);
  }
}
