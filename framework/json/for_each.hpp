// The preprocessor loop behind the describing macros. Nothing here is for direct use.
#pragma once

// Each level rescans its arguments four times; four levels allow 256 members, which is more than a description takes.
#define CANDELA_JSON_EXPAND(...) \
  CANDELA_JSON_EXPAND_4(CANDELA_JSON_EXPAND_4(CANDELA_JSON_EXPAND_4(CANDELA_JSON_EXPAND_4(__VA_ARGS__))))
#define CANDELA_JSON_EXPAND_4(...) \
  CANDELA_JSON_EXPAND_3(CANDELA_JSON_EXPAND_3(CANDELA_JSON_EXPAND_3(CANDELA_JSON_EXPAND_3(__VA_ARGS__))))
#define CANDELA_JSON_EXPAND_3(...) \
  CANDELA_JSON_EXPAND_2(CANDELA_JSON_EXPAND_2(CANDELA_JSON_EXPAND_2(CANDELA_JSON_EXPAND_2(__VA_ARGS__))))
#define CANDELA_JSON_EXPAND_2(...) \
  CANDELA_JSON_EXPAND_1(CANDELA_JSON_EXPAND_1(CANDELA_JSON_EXPAND_1(CANDELA_JSON_EXPAND_1(__VA_ARGS__))))
#define CANDELA_JSON_EXPAND_1(...) __VA_ARGS__

#define CANDELA_JSON_PARENTHESES ()

// ACTION(a), ACTION(b), ... for every argument.
#define CANDELA_JSON_FOR_EACH(action, ...) \
  __VA_OPT__(CANDELA_JSON_EXPAND(CANDELA_JSON_FOR_EACH_STEP(action, __VA_ARGS__)))
#define CANDELA_JSON_FOR_EACH_STEP(action, first, ...) \
  action(first) __VA_OPT__(, CANDELA_JSON_FOR_EACH_AGAIN CANDELA_JSON_PARENTHESES(action, __VA_ARGS__))
#define CANDELA_JSON_FOR_EACH_AGAIN() CANDELA_JSON_FOR_EACH_STEP
