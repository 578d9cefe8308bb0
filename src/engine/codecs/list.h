/* One line a codec; read three times by codec.h and codec.c. In the order in which `codecs` lists them. */
CODEC(f32) CODEC(f16) CODEC(bf16)
CODEC(q4_0) CODEC(q8_0)
CODEC(q4_K)
CODEC(iq1_s) CODEC(iq1_m) CODEC(iq2_xxs) CODEC(iq2_xs) CODEC(iq2_s) CODEC(iq3_xxs) CODEC(iq3_s)
CODEC(int2) CODEC(int3) CODEC(int4) CODEC(int5) CODEC(int6) CODEC(int7) CODEC(int8)
CODEC(uint2) CODEC(uint3) CODEC(uint4) CODEC(uint5) CODEC(uint6) CODEC(uint7) CODEC(uint8)
