// A store on a Redis server, for many instances.
#pragma once

#include <candela/store/source.hpp>
#include <memory>

namespace candela::store {

/// Every worker has one connection, over which its questions are pipelined; each is one round trip and one atomic step
/// of the server, by whose clock entries expire and limits go on. Keys of one question stand on one server: a cluster
/// is not offered. Throws `std::invalid_argument` for what cannot be used; does not connect yet.
/// SIGPIPE is ignored from here on, unless the program handles it.
[[nodiscard]] std::unique_ptr<source> make_redis_source(const settings& chosen, metrics::registry* metrics = nullptr);

}  // namespace candela::store
