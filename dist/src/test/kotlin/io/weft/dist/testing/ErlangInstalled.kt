package io.weft.dist.testing

import io.kotest.core.annotation.Condition
import io.kotest.core.spec.Spec
import kotlin.reflect.KClass

/**
 * Lets a spec run only where there is an Erlang to try it with; the launcher tells when there is
 * none.
 */
class ErlangInstalled : Condition {
  override fun evaluate(kclass: KClass<out Spec>): Boolean = ErlangNode.isInstalled
}
