// What a stage says when it was asked.
#pragma once

#include <cstdint>

namespace candela {

enum class step : std::uint8_t {
  next,       ///< go on with the next stage
  done,       ///< the response is filled; no later stage and no handler runs
  suspended,  ///< a token was taken with `exchange::suspend`; whoever holds it says how it goes on
};

/// What a stage needs before it can decide. Stages that need only the head run before the body is buffered.
enum class stage_needs : std::uint8_t { head, whole_body };

}  // namespace candela
