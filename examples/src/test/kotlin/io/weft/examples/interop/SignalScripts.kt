package io.weft.examples.interop

import kotlin.random.Random

/** The rules of section 1 that were observed on OTP, each with scripts that show it. */
internal val SIGNAL_SCRIPTS: Map<String, List<String>> = buildMap {
  fun rule(name: String, vararg scripts: String) {
    check(put(name, scripts.asList()) == null) { "two rules $name" }
  }

  /** On one node, and across two. */
  fun nearAndFar(script: String) =
    arrayOf(script.replace("HERE", "near"), script.replace("HERE", "far"))

  // --- 1.1 signals and order

  rule(
    "1.1 signals from one process to another arrive in the order in which they were sent",
    *nearAndFar(
      """
      [{a, near}, {b, HERE}], [
        {b, {register, b_name, {p, b}}}, {b, {alias, []}, as, b_alias}, {b, {trap, true}},
        {a, [{send, {p, b}, 1}, {send, {b_name, {node_of, b}}, 2}, {send, {p, b_alias}, 3}, {exit, {p, b}, four},
             {send, {b_name, {node_of, b}}, 5}, {link, {p, b}}, {unlink, {p, b}}, {exit, {p, b}, six},
             {send, {p, b}, 7}, {send, {p, b_alias}, 8}, {die, {exit, nine}}]}
      ]
      """
    ),
    *nearAndFar(
      """
      [{a, HERE}, {b, near}], [
        {b, {trap, true}}, {b, {link, {p, a}}}, {b, {monitor, {p, a}, []}, as, m},
        {a, [{send, {p, b}, 1}, {exit, {p, b}, two}, {send, {p, b}, 3}, {die, {exit, four}}]}
      ]
      """
    ),
  )

  rule(
    "1.1 sending never fails visibly",
    *nearAndFar(
      """
      [{a, near}, {b, HERE}], [
        {b, {monitor, {p, a}, []}, as, no_alias}, {b, {alias, []}, as, ended}, {b, {unalias, {p, ended}}},
        {a, [{send, {dead, HERE}, 1}, {send, {nobody, {node_of, b}}, 2}, {send, {p, no_alias}, 3},
             {send, {p, ended}, 4}, {send, unreachable, 5}, {send, {nobody, 'nobody@127.0.0.1'}, 6}]}
      ]
      """
    ),
  )

  rule(
    "1.1 a pid of an earlier life of a node is not one of its processes",
    *nearAndFar(
      """
      [{a, near}, {b, HERE}, {c, near}], [
        {a, [{send, {earlier, b}, x}, {exit, {earlier, b}, kill}, {monitor, {earlier, b}, []}]},
        {a, {trap, true}}, {a, {link, {earlier, b}}}, {c, {link, {earlier, b}}}, {c, {send, {p, b}, still_there}}
      ]
      """
    ),
  )

  rule(
    "1.1 monitors and links of a node that is not there hear noconnection, and exit is lost",
    """
    [{a, near}, {b, near}], [
      {a, {trap, true}}, {a, {link, unreachable}}, {await, a, 1}, {a, {monitor, unreachable, []}}, {await, a, 2},
      {a, {monitor, {nobody, 'nobody@127.0.0.1'}, [{tag, gone}]}}, {await, a, 3},
      {a, {exit, unreachable, kill}}, {a, {unlink, unreachable}}, {a, {info, links}}, {a, {info, monitors}},
      {b, {link, unreachable}}, {await, b, 1}
    ]
    """,
  )

  rule(
    "1.1 any signal connects nodes that are not connected",
    """
    [{a, near}, {b, far}], [
      {b, {trap, true}}, {a, {trap, true}},
      {a, {disconnect, {node_of, b}}}, {a, {send, {p, b}, message}}, {await, b, 1},
      {a, {disconnect, {node_of, b}}}, {a, {exit, {p, b}, boom}}, {await, b, 2},
      {a, {disconnect, {node_of, b}}}, {a, {link, {p, b}}}, {a, {unlink, {p, b}}}, {a, {info, links}},
      {a, {disconnect, {node_of, b}}}, {a, {monitor, {nobody, {node_of, b}}, []}}, {await, a, 1}
    ]
    """,
  )

  rule(
    "1.1 the end of a connection is noconnection for links and monitors of both sides",
    """
    [{a, near}, {b, far}, {c, far}, {d, near}], [
      {a, {trap, true}}, {b, {trap, true}}, {a, {link, {p, b}}},
      {a, {monitor, {p, b}, []}, as, m}, {b, {register, b_name, {p, b}}},
      {d, {monitor, {b_name, {node_of, b}}, []}, as, n},
      {c, {link, {p, d}}}, {d, {trap, true}},
      {a, {disconnect, {node_of, b}}}, {await, a, 2}, {await, b, 1}, {await, d, 2}, {await, c, 1},
      {a, {info, links}}, {a, {info, monitors}}, {b, {info, links}}, {b, {info, monitored_by}},
      {a, {link, {p, b}}}, {b, {die, {exit, later}}}, {await, a, 3}
    ]
    """,
  )

  // --- 1.2 exit reasons

  for (end in
    listOf(
      "return",
      "{exit, normal}",
      "{exit, boom}",
      "{exit, {shutdown, [x]}}",
      "{exit, kill}",
      "crash",
    )) {
    rule(
      "1.2 how links and monitors see the end by $end",
      *nearAndFar(
        """
        [{a, near}, {b, HERE}, {c, near}], [
          {a, {trap, true}}, {a, {monitor, {p, b}, []}, as, m}, {a, {link, {p, b}}}, {c, {link, {p, b}}},
          {b, {die, $end}}, {a, {info, links}}, {a, {info, monitors}}
        ]
        """
      ),
    )
  }

  rule(
    "1.2 an exit signal that is not trapped is the reason, and kill is killed",
    *nearAndFar(
      """
      [{a, near}, {b, HERE}, {c, HERE}], [
        {a, {trap, true}}, {a, {link, {p, b}}}, {a, {link, {p, c}}}, {a, {monitor, {p, c}, []}, as, m},
        {a, {exit, {p, b}, {my, reason}}}, {a, {exit, {p, c}, kill}}
      ]
      """
    ),
  )

  rule(
    "1.2 the name is free, links are told before monitors, and own monitors are gone",
    *nearAndFar(
      """
      [{a, near}, {b, HERE}, {c, HERE}], [
        {b, {register, b_name, {p, b}}}, {b, {monitor, {p, a}, []}}, {b, {monitor, {p, a}, []}},
        {a, {trap, true}}, {a, {monitor, {p, b}, []}, as, m}, {a, {monitor, {b_name, {node_of, b}}, []}, as, n},
        {a, {link, {p, b}}}, {a, {info, monitored_by}},
        {b, {die, {exit, boom}}}, {c, {whereis, b_name}}, {a, {info, monitored_by}},
        {c, {register, b_name, {p, c}}}, {c, {info, registered_name}}
      ]
      """
    ),
  )

  // --- 1.3 receiving exit signals

  for (reason in listOf("normal", "kill", "boom", "{shutdown, x}")) {
    rule(
      "1.3 exit/2 with $reason, trapping and not, from another and from itself",
      *nearAndFar(
        """
        [{a, near}, {b, HERE}, {c, HERE}, {d, near}, {e, near}], [
          {c, {trap, true}}, {e, {trap, true}},
          {a, {exit, {p, b}, $reason}}, {a, {exit, {p, c}, $reason}},
          {d, {exit_self, $reason}}, {e, {exit_self, $reason}}
        ]
        """
      ),
    )
    rule(
      "1.3 a partner that ends with $reason, trapping and not",
      *nearAndFar(
        """
        [{a, near}, {b, HERE}, {c, HERE}], [
          {a, {link, {p, b}}}, {a, {link, {p, c}}}, {c, {trap, true}}, {a, {die, {exit, $reason}}},
          {c, {info, links}}
        ]
        """
      ),
    )
  }

  rule(
    "1.3 a link signal without an active link is ignored",
    *nearAndFar(
      """
      [{a, near}, {b, HERE}], [
        {b, {trap, true}}, {b, {link, {p, a}}}, {b, {unlink, {p, a}}}, {a, {die, {exit, boom}}}
      ]
      """
    ),
    *nearAndFar(
      """
      [{a, near}, {b, HERE}], [
        {b, {trap, true}}, {b, {link, {p, a}}}, {a, [{unlink, {p, b}}, {die, {exit, boom}}]}, {b, {info, links}}
      ]
      """
    ),
  )

  // --- 1.4 links

  rule(
    "1.4 linking twice, or from both sides, is one link",
    *nearAndFar(
      """
      [{a, near}, {b, HERE}], [
        {a, {trap, true}}, {a, [{link, {p, b}}, {link, {p, b}}]}, {b, {link, {p, a}}},
        {a, {info, links}}, {b, {info, links}}, {a, {unlink, {p, b}}}, {a, {info, links}}, {b, {info, links}},
        {a, {link, {p, b}}}, {b, {die, {exit, boom}}}
      ]
      """
    ),
  )

  rule(
    "1.4 linking with oneself is nothing",
    "[{a, near}], [{a, {link, {p, a}}}, {a, {info, links}}, {a, {unlink, {p, a}}}, {a, {die, {exit, boom}}}]",
  )

  rule(
    "1.4 a link with a process that has ended",
    *nearAndFar(
      """
      [{a, near}, {b, near}, {c, HERE}], [
        {a, {trap, true}}, {a, {link, {dead, HERE}}}, {a, {info, links}},
        {b, {link, {dead, HERE}}}, {b, {info, links}}
      ]
      """
    ),
  )

  rule(
    "1.4 unlink leaves an exit message that is in the mailbox",
    *nearAndFar(
      """
      [{a, near}, {b, HERE}], [
        {a, {trap, true}}, {a, [{link, {dead, near}}, {unlink, {dead, near}}]},
        {a, {link, {p, b}}}, {b, {die, {exit, boom}}}, {a, {unlink, {p, b}}}
      ]
      """
    ),
  )

  rule(
    "1.4 who links, unlinks and links again in one go is linked",
    *nearAndFar(
      """
      [{a, near}, {b, HERE}], [
        {a, {trap, true}}, {a, [{link, {p, b}}, {unlink, {p, b}}, {link, {p, b}}]}, {b, {info, links}},
        {a, [{unlink, {p, b}}, {link, {p, b}}, {unlink, {p, b}}]}, {b, {info, links}}, {a, {info, links}},
        {b, {die, {exit, boom}}}
      ]
      """
    ),
  )

  rule(
    "1.4 a spawned process is linked from its birth, and a link spreads an exit",
    """
    [{a, near}, {b, near}], [
      {a, spawn_link, as, child}, {child, spawn_link, as, grandchild}, {b, spawn, as, stranger},
      {child, {info, links}}, {stranger, {info, links}}, {b, {trap, true}}, {b, {link, {p, grandchild}}},
      {a, {die, {exit, boom}}}
    ]
    """,
  )

  // --- 1.5 monitors

  rule(
    "1.5 each monitor has a reference of its own and reports once",
    *nearAndFar(
      """
      [{a, near}, {b, HERE}], [
        {a, {monitor, {p, b}, []}, as, m}, {a, {monitor, {p, b}, []}, as, n}, {a, {info, monitors}},
        {b, {info, monitored_by}}, {b, {die, {exit, boom}}}, {a, {info, monitors}}
      ]
      """
    ),
  )

  rule(
    "1.5 a monitor by name reports name and node",
    *nearAndFar(
      """
      [{a, near}, {b, HERE}], [
        {b, {register, b_name, {p, b}}}, {a, {monitor, {b_name, {node_of, b}}, []}, as, m},
        {a, {monitor, {nobody, {node_of, b}}, []}, as, n}, {a, {info, monitors}}, {b, {die, {exit, boom}}},
        {a, {monitor, {b_name, {node_of, b}}, []}, as, o}
      ]
      """
    ),
    """
    [{a, near}, {b, near}], [
      {b, {register, b_name, {p, b}}}, {a, {monitor, b_name, []}, as, m}, {a, {monitor, nobody, []}, as, n},
      {a, {info, monitors}}, {b, {unregister, b_name}}, {a, {monitor, b_name, []}, as, o}, {b, {die, {exit, boom}}}
    ]
    """,
  )

  rule(
    "1.5 noproc of processes that have ended, and tags in place of DOWN",
    *nearAndFar(
      """
      [{a, near}, {b, HERE}], [
        {a, {monitor, {dead, HERE}, []}, as, m}, {a, {monitor, {dead, HERE}, [{tag, {my, tag}}]}, as, n},
        {a, {monitor, {p, b}, [{tag, 'B'}]}, as, o}, {b, {die, {exit, boom}}}
      ]
      """
    ),
  )

  rule(
    "1.5 monitoring oneself never reports",
    "[{a, near}], [{a, {monitor, {p, a}, []}, as, m}, {a, {info, monitors}}, {a, {info, monitored_by}}, {a, {demonitor, {p, m}, [info]}}]",
    """
    [{a, near}], [
      {a, {register, me, {p, a}}}, {a, {monitor, me, []}, as, m}, {a, {monitor, {me, {node_of, a}}, []}, as, n},
      {a, {info, monitors}}, {a, {info, monitored_by}}, {a, {demonitor, {p, m}, [info]}}, {a, {die, {exit, boom}}}
    ]
    """,
    *listOf("explicit_unalias", "demonitor", "reply_demonitor")
      .map { mode ->
        """
        [{a, near}, {b, near}], [
          {a, {monitor, {p, a}, [{alias, $mode}]}, as, x}, {b, [{send, {p, x}, 1}, {send, {p, x}, 2}]},
          {a, {demonitor, {p, x}, [info]}}, {b, {send, {p, x}, 3}}, {a, {unalias, {p, x}}}
        ]
        """
      }
      .toTypedArray(),
  )

  rule(
    "1.5 demonitor tells whether there was one, and flushes the report",
    *nearAndFar(
      """
      [{a, near}, {b, HERE}], [
        {a, {monitor, {p, b}, []}, as, m}, {a, {monitor, {p, b}, []}, as, n},
        {a, [{demonitor, {p, m}, []}, {demonitor, {p, m}, []}, {demonitor, {p, m}, [info]}]},
        {a, [{demonitor, {p, n}, [info]}, {demonitor, {p, n}, [info, flush]}]},
        {b, {info, monitored_by}}, {b, {die, {exit, boom}}}
      ]
      """
    ),
    *nearAndFar(
      """
      [{a, near}, {b, HERE}], [
        {a, [{monitor, {dead, HERE}, []}, {demonitor, {it, 1}, [flush]}]},
        {a, [{monitor, {dead, HERE}, []}, {demonitor, {it, 1}, []}]},
        {a, [{monitor, {p, b}, []}, {demonitor, {it, 1}, [info]}]}, {b, {info, monitored_by}}
      ]
      """
    ),
  )

  // --- 1.6 aliases

  for (options in listOf("", "explicit_unalias", "reply")) {
    rule(
      "1.6 an alias made with [$options]",
      *nearAndFar(
        """
        [{a, near}, {b, HERE}], [
          {a, {alias, [$options]}, as, x}, {b, [{send, {p, x}, 1}, {send, {p, x}, 2}]}, {b, {send, {p, x}, 3}},
          {a, [{unalias, {p, x}}, {unalias, {p, x}}]}, {b, {send, {p, x}, 4}}
        ]
        """
      ),
      *nearAndFar(
        """
        [{a, near}, {b, HERE}], [
          {a, {alias, [$options]}, as, x}, {a, [{unalias, {p, x}}, {unalias, {p, x}}]}, {b, {send, {p, x}, 1}}
        ]
        """
      ),
    )
  }

  for (mode in listOf("explicit_unalias", "demonitor", "reply_demonitor")) {
    val monitor = "{a, {monitor, {p, b}, [{alias, $mode}]}, as, x}"
    rule(
      "1.6 an alias of a monitor made with $mode",
      *nearAndFar(
        """
        [{a, near}, {b, HERE}], [
          $monitor, {b, [{send, {p, x}, 1}, {send, {p, x}, 2}]}, {a, {info, monitors}}, {b, {info, monitored_by}},
          {b, {send, {p, x}, 3}}, {b, {die, {exit, boom}}}, {a, {unalias, {p, x}}}
        ]
        """
      ),
      *nearAndFar(
        """
        [{a, near}, {b, HERE}, {c, HERE}], [
          $monitor, {b, {die, {exit, boom}}}, {c, {send, {p, x}, 1}}, {a, {unalias, {p, x}}}
        ]
        """
      ),
      *nearAndFar(
        """
        [{a, near}, {b, HERE}], [
          $monitor, {a, {demonitor, {p, x}, [info]}}, {b, {send, {p, x}, 1}}, {a, {unalias, {p, x}}},
          {b, {send, {p, x}, 2}}, {b, {info, monitored_by}}
        ]
        """
      ),
      *nearAndFar(
        """
        [{a, near}, {b, HERE}, {c, HERE}], [
          $monitor, {a, {unalias, {p, x}}}, {b, {send, {p, x}, 1}}, {b, {info, monitored_by}},
          {b, {die, {exit, boom}}}, {c, {send, {p, x}, 2}}
        ]
        """
      ),
      *nearAndFar(
        """
        [{a, near}, {b, HERE}], [
          {a, {monitor, {dead, HERE}, [{alias, $mode}]}, as, x}, {b, {send, {p, x}, 1}}, {a, {unalias, {p, x}}}
        ]
        """
      ),
      """
      [{a, near}, {b, far}], [
        $monitor, {a, {disconnect, {node_of, b}}}, {await, a, 1}, {b, {send, {p, x}, 1}}, {a, {unalias, {p, x}}}
      ]
      """,
    )
  }

  rule(
    "1.6 whether an alias is active is decided when the message is taken in",
    """
    [{a, near}], [
      {a, {alias, []}, as, x}, {a, [{send, {p, x}, 1}, {unalias, {p, x}}]},
      {a, {alias, [reply]}, as, y}, {a, [{send, {p, y}, 1}, {send, {p, y}, 2}]}, {a, {unalias, {p, y}}}
    ]
    """,
  )

  // --- 1.7 names, group leaders

  rule(
    "1.7 register refuses names and processes that have one, the dead, and undefined",
    """
    [{a, near}, {b, near}], [
      {a, [{register, undefined, {p, a}}, {register, one, {p, a}}, {register, one, {p, b}}, {register, two, {p, a}},
           {register, two, {dead, near}}, {whereis, one}, {whereis, two}, {unregister, two}]},
      {a, {register, two, {p, b}}}, {a, {unregister, one}}, {a, {whereis, one}}, {a, {info, registered_name}},
      {a, {unregister, one}}, {b, {die, return}}, {a, {whereis, two}}, {a, {register, two, {p, a}}}
    ]
    """,
  )

  rule(
    "1.7 a group leader is set by anybody, and inherited",
    *nearAndFar(
      """
      [{a, near}, {b, HERE}, {c, near}], [
        {a, {group_leader, {p, c}, {p, b}}}, {b, group_leader}, {b, spawn, as, child}, {child, group_leader},
        {child, {group_leader, {p, child}, {p, child}}}, {child, group_leader}, {b, group_leader},
        {a, {group_leader, {p, c}, {dead, HERE}}}
      ]
      """
    ),
  )
}

/** A program of 25 steps, each of which has its whole effect before the next. */
internal fun randomScript(seed: Long, home: String): String {
  val random = Random(seed)
  val puppets = listOf("a", "b", "c", "d")
  val refs = puppets.associateWith { ArrayList<String>() }
  val steps = ArrayList<String>()
  while (steps.size < 25) {
    val self = puppets.random(random)
    val other = (puppets - self).random(random)
    val name = "r${steps.size}"
    val reason = listOf("normal", "boom", "kill", "{shutdown, x}").random(random)
    val mode = listOf("explicit_unalias", "demonitor", "reply_demonitor").random(random)
    val own = refs.getValue(self).randomOrNull(random)
    val any = refs.values.flatten().randomOrNull(random)
    steps +=
      when (random.nextInt(20)) {
        0,
        1,
        2 -> "{$self, {link, {p, $other}}}"
        3 -> "{$self, {unlink, {p, $other}}}"
        4,
        5 -> "{$self, {monitor, {p, $other}, []}, as, $name}".also { refs.getValue(self) += name }
        6,
        7 ->
          "{$self, {monitor, {p, $other}, [{alias, $mode}]}, as, $name}"
            .also { refs.getValue(self) += name }
        8 ->
          "{$self, {alias, [${listOf("", "reply").random(random)}]}, as, $name}"
            .also { refs.getValue(self) += name }
        9 -> if (own == null) continue else "{$self, {demonitor, {p, $own}, [info]}}"
        10 -> if (own == null) continue else "{$self, {unalias, {p, $own}}}"
        11,
        12 -> if (any == null) continue else "{$self, [{send, {p, $any}, 1}, {send, {p, $any}, 2}]}"
        13,
        14 -> "{$self, {trap, ${random.nextInt(3) > 0}}}"
        15 -> "{$self, {exit, {p, $other}, $reason}}"
        16 -> "{$self, {exit_self, $reason}}".takeIf { random.nextInt(3) == 0 } ?: continue
        17 -> "{$self, {die, ${listOf("return", "crash", "{exit, $reason}").random(random)}}}"
        else -> "{$self, {info, ${listOf("links", "monitors", "monitored_by").random(random)}}}"
      }
  }
  return "[{a, near}, {b, $home}, {c, $home}, {d, near}], [${steps.joinToString(", ")}]"
}
