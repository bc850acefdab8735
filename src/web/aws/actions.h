#pragma once

#include "web/aws/context.h"

namespace tidemark::web::aws {

/// Answers on a query thread.
#define TM_AWS_ACTION(service, operation, function) Answer function(const Context& context);
/// Answers later, from any thread; must not block.
#define TM_AWS_ASYNC_ACTION(service, operation, function) \
  void function(const Context& context, Reply reply);
#include "web/aws/actions.def"
#undef TM_AWS_ACTION
#undef TM_AWS_ASYNC_ACTION

}  // namespace tidemark::web::aws
