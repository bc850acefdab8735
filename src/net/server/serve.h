#pragma once

#include <boost/asio/ip/tcp.hpp>

#include "net/server/core.h"

namespace tidemark::net::server {

/// Serves an accepted socket, whose executor is a strand of its own, until the peer leaves or a
/// limit is hit; answers 503 when there are too many. Returns at once.
void serve(Core& core, asio::ip::tcp::socket socket);
/// Idle connections and event streams end; requests begun go on. `core.draining` is set before.
void drain_all(Core& core);
/// Cuts all connections off.
void abort_all(Core& core);

}  // namespace tidemark::net::server
