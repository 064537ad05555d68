// Private to the room: keeps a connection's object while its own code is on the stack.
#pragma once

#include <candela/http/h1_connection.hpp>

namespace candela::http {

class h1_connection::entry {
 public:
  explicit entry(h1_connection& entered) noexcept : connection_(entered) { ++connection_.entered_; }
  entry(const entry&) = delete;
  entry& operator=(const entry&) = delete;
  ~entry() {
    if (--connection_.entered_ == 0 && connection_.over_) delete &connection_;
  }

 private:
  h1_connection& connection_;
};

}  // namespace candela::http
