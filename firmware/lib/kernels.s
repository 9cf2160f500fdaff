# kernels.c as riscv64-unknown-elf-gcc 12.2.0 compiles it; do not edit.
# Made by "node scripts/run.mjs scripts/compile-firmware.ts".

	.file	"kernels.c"
	.option nopic
	.attribute arch, "rv64i2p1_m2p0_a2p1_f2p2_d2p2_c2p0_zicsr2p0"
	.attribute unaligned_access, 0
	.attribute stack_align, 16
	.text
	.align	1
	.type	gemmini_conv_pooled, @function
gemmini_conv_pooled:
	mv	a4,a0
	lw	a3,116(a4)
	mv	a0,a1
	beq	a3,zero,.L2
	lw	a5,120(a4)
	slliw	a5,a5,1
	addw	a1,a5,a1
	lw	a5,112(a4)
	subw	a1,a1,a5
	divw	a1,a1,a3
	addiw	a0,a1,1
.L2:
	ret
	.size	gemmini_conv_pooled, .-gemmini_conv_pooled
	.align	1
	.type	gemmini_tile_fits, @function
gemmini_tile_fits:
	add	a4,a0,a1
	mul	a2,a4,a2
	mv	a5,a0
	slli	a2,a2,4
	beq	a3,zero,.L7
	li	a4,8192
	li	a0,0
	bgtu	a2,a4,.L8
	mul	a5,a5,a1
	li	a0,512
	slli	a5,a5,4
.L9:
	sltu	a0,a0,a5
	xori	a0,a0,1
	sext.w	a0,a0
.L8:
	ret
.L7:
	li	a4,16384
	li	a0,0
	bgtu	a2,a4,.L8
	mul	a5,a5,a1
	li	a0,1024
	slli	a5,a5,4
	j	.L9
	.size	gemmini_tile_fits, .-gemmini_tile_fits
	.align	1
	.type	gemmini_load_blocks, @function
gemmini_load_blocks:
	addi	sp,sp,-96
	ld	t3,104(sp)
	li	t1,16
	sub	a7,t1,a7
	slli	t1,a3,4
	mul	a2,t1,a2
	sd	s1,80(sp)
	sd	s2,72(sp)
	sd	s4,56(sp)
	slli	a4,a4,32
	li	s4,1
	li	s1,-1
	li	s2,268431360
	sd	s0,88(sp)
	sd	s5,48(sp)
	mul	t1,t1,t3
	sd	s6,40(sp)
	sd	s7,32(sp)
	sd	s3,64(sp)
	sd	s8,24(sp)
	sd	s9,16(sp)
	sd	s10,8(sp)
	slli	a7,a7,48
	slli	s5,t3,4
	li	s0,0
	li	t2,0
	addi	s6,a5,-1
	slli	s7,s4,52
	srli	a4,a4,32
	srli	s1,s1,32
	slli	s2,s2,20
.L13:
	beq	t2,a5,.L12
	mv	s3,s7
	bne	s6,t2,.L22
	mv	s3,a7
.L22:
	slli	t5,s0,4
	add	t5,t5,a4
	mv	t0,a6
	mv	t4,a1
	li	t6,0
	j	.L23
.L19:
	mv	s9,t3
	bleu	t3,t0,.L14
	mv	s9,t0
.L14:
	slli	a3,s9,4
	add	s9,t6,s9
	and	s8,t5,s1
	li	s10,0
	bne	s9,a6,.L15
	ld	s10,96(sp)
.L15:
	sub	a3,a3,s10
	slli	a3,a3,32
	and	a3,a3,s2
	or	s8,s8,s3
	or	a3,a3,s8
	bne	a0,zero,.L16
 #APP
# 133 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 2, x0, t4, a3
# 0 "" 2
 #NO_APP
.L17:
	add	t6,t6,t3
	add	t4,t4,t1
	sub	t0,t0,t3
	add	t5,t5,s5
.L23:
	bltu	t6,a6,.L19
	addi	t2,t2,1
	add	a1,a1,a2
	add	s0,s0,a6
	j	.L13
.L16:
	bne	a0,s4,.L18
 #APP
# 121 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 1, x0, t4, a3
# 0 "" 2
 #NO_APP
	j	.L17
.L18:
 #APP
# 207 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 14, x0, t4, a3
# 0 "" 2
 #NO_APP
	j	.L17
.L12:
	ld	s0,88(sp)
	ld	s1,80(sp)
	ld	s2,72(sp)
	ld	s3,64(sp)
	ld	s4,56(sp)
	ld	s5,48(sp)
	ld	s6,40(sp)
	ld	s7,32(sp)
	ld	s8,24(sp)
	ld	s9,16(sp)
	ld	s10,8(sp)
	addi	sp,sp,96
	jr	ra
	.size	gemmini_load_blocks, .-gemmini_load_blocks
	.align	1
	.type	gemmini_conv_downsamples, @function
gemmini_conv_downsamples:
	lw	a4,28(a0)
	li	a5,2
	bne	a4,a5,.L30
	ld	a3,40(a0)
	li	a4,1
	slli	a4,a4,32
	li	a5,0
	bne	a3,a4,.L27
	lw	a5,116(a0)
	bne	a5,zero,.L30
	lw	a4,4(a0)
	andi	a4,a4,1
	bne	a4,zero,.L27
	lw	a5,8(a0)
	not	a5,a5
	andi	a5,a5,1
.L27:
	andi	a0,a5,1
	ret
.L30:
	li	a5,0
	j	.L27
	.size	gemmini_conv_downsamples, .-gemmini_conv_downsamples
	.align	1
	.type	gemmini_conv_fits, @function
gemmini_conv_fits:
	lw	a5,116(a0)
	addi	sp,sp,-96
	sd	s0,80(sp)
	sd	s3,56(sp)
	sd	s4,48(sp)
	sd	s5,40(sp)
	sd	s6,32(sp)
	sd	s7,24(sp)
	sd	ra,88(sp)
	sd	s1,72(sp)
	sd	s2,64(sp)
	sd	s8,16(sp)
	sd	s9,8(sp)
	sd	s10,0(sp)
	lw	s3,0(a1)
	lw	s0,12(a1)
	lw	s6,16(a1)
	lw	s7,20(a1)
	lw	s5,24(a1)
	mv	s4,a0
	beq	a5,zero,.L38
	lw	a4,112(a0)
.L32:
	lw	s8,4(a1)
	lw	s10,8(a1)
	mv	a0,s4
	mulw	s8,s8,a5
	lw	s9,32(s4)
	mulw	s10,s10,a5
	addw	s8,s8,a4
	addiw	s2,s8,-1
	addw	s10,s10,a4
	call	gemmini_conv_downsamples
	lw	a2,36(s4)
	lw	a3,28(s4)
	addiw	a5,s6,-1
	addiw	a2,a2,-1
	addiw	a4,s7,-1
	mulw	a5,a5,a2
	addiw	s1,s10,-1
	mulw	a4,a4,a2
	addw	a5,a5,s6
	mulw	s8,a3,s2
	addw	a4,a4,s7
	mulw	a3,a3,s1
	addw	a5,a5,s8
	addw	a5,a5,s9
	addiw	a5,a5,-2
	addw	a4,a4,a3
	addw	a4,a4,s9
	addiw	a4,a4,-2
	divw	a5,a5,s9
	divw	a4,a4,s9
	sraw	a5,a5,a0
	sraw	a4,a4,a0
	mul	a5,a5,a4
	lbu	a4,62(s4)
	beq	a4,zero,.L33
	addi	a4,s3,15
	srli	a4,a4,4
	mul	a4,a4,s5
.L41:
	mul	a5,a4,a5
	lbu	a4,64(s4)
	mul	s6,s6,s7
	beq	a4,zero,.L35
	addi	a4,s5,15
	srli	a4,a4,4
	mul	a4,a4,s0
.L36:
	li	a0,0
	mul	s6,s6,a4
	add	s6,s6,a5
	li	a5,8192
	bgtu	s6,a5,.L37
	addi	a0,s0,15
	srli	a0,a0,4
	mul	a0,a0,s3
	mul	a0,a0,s2
	mul	a0,a0,s1
	sltiu	a0,a0,513
.L37:
	ld	ra,88(sp)
	ld	s0,80(sp)
	ld	s1,72(sp)
	ld	s2,64(sp)
	ld	s3,56(sp)
	ld	s4,48(sp)
	ld	s5,40(sp)
	ld	s6,32(sp)
	ld	s7,24(sp)
	ld	s8,16(sp)
	ld	s9,8(sp)
	ld	s10,0(sp)
	addi	sp,sp,96
	jr	ra
.L38:
	li	a4,1
	li	a5,1
	j	.L32
.L33:
	addi	a4,s5,15
	srli	a4,a4,4
	mul	a4,a4,s3
	j	.L41
.L35:
	addi	a4,s0,15
	srli	a4,a4,4
	mul	a4,a4,s5
	j	.L36
	.size	gemmini_conv_fits, .-gemmini_conv_fits
	.align	1
	.type	gemmini_trace, @function
gemmini_trace:
	lw	t3,116(a1)
	addi	sp,sp,-32
	sd	s0,24(sp)
	sd	s1,16(sp)
	sd	s2,8(sp)
	mv	t0,a5
	mv	t6,a7
	beq	t3,zero,.L51
	mulw	a2,a2,t3
	mv	s1,t3
	lw	s0,112(a1)
	lw	t3,120(a1)
.L43:
	subw	t1,a2,t3
	mv	a5,t1
	mv	a7,t1
	bge	t1,zero,.L44
	li	a7,0
.L44:
	lw	t2,28(a1)
	lw	t1,36(a1)
	sext.w	s2,a7
	mulw	a7,t2,a7
	addiw	a3,a3,-1
	mulw	a4,t1,a4
	mulw	a3,a3,s1
	addw	a7,a7,a4
	lw	a4,40(a1)
	subw	t5,a7,a4
	mv	t4,t5
	addw	a3,a3,a5
	addw	a5,a3,s0
	mv	a3,a5
	ble	a5,a6,.L45
	mv	a3,a6
.L45:
	subw	a5,t3,a2
	subw	a3,a3,s2
	mv	t3,a5
	bge	a5,zero,.L46
	li	t3,0
.L46:
	subw	a2,a4,a7
	mv	a4,a2
	bge	a2,zero,.L47
	li	a4,0
.L47:
	lw	a1,32(a1)
	addiw	t1,t1,-1
	addiw	a5,t0,-1
	mulw	a5,t1,a5
	addiw	a6,a1,-1
	addiw	a7,t6,-1
	mulw	t2,t2,a3
	addw	a5,a5,t0
	mulw	a7,a7,a6
	addw	a5,a5,t2
	addiw	a5,a5,-1
	addw	a5,a5,t4
	addw	a7,a7,t6
	subw	a6,a5,a7
	mv	a7,a6
	bge	a6,zero,.L48
	li	a7,0
.L48:
	li	t1,1
	ble	a1,t1,.L49
	bgt	a2,zero,.L50
	andi	a4,t5,1
.L50:
	bgt	a6,zero,.L49
	not	a5,a5
	andi	a7,a5,1
.L49:
	addw	t4,t4,a4
	divw	t4,t4,a1
	ld	s0,24(sp)
	sw	a3,0(a0)
	sw	t3,4(a0)
	sw	a4,12(a0)
	sw	a7,16(a0)
	ld	s1,16(sp)
	ld	s2,8(sp)
	sw	t4,8(a0)
	addi	sp,sp,32
	jr	ra
.L51:
	li	s1,1
	li	s0,1
	j	.L43
	.size	gemmini_trace, .-gemmini_trace
	.align	1
	.type	gemmini_norm_pass, @function
gemmini_norm_pass:
	li	t1,1
	slliw	a4,a4,26
	slliw	a3,a3,26
	li	a6,0
	li	t4,64
	li	t5,-2147483648
	slli	t1,t1,48
.L54:
	bltu	a6,a2,.L57
	ret
.L57:
	sub	a7,a2,a6
	bleu	a7,t4,.L55
	li	a7,64
.L55:
	add	t3,a6,a7
	add	t6,a0,a6
	addw	t0,a6,a1
	mv	a5,a3
	bltu	t3,a2,.L56
	mv	a5,a4
.L56:
	or	a5,a5,t0
	or	a5,a5,t5
	slli	a5,a5,32
	slli	a7,a7,32
	srli	a5,a5,32
	or	a5,a5,a7
	or	a5,a5,t1
 #APP
# 145 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 3, x0, t6, a5
# 0 "" 2
 #NO_APP
	addi	a6,a6,64
	j	.L54
	.size	gemmini_norm_pass, .-gemmini_norm_pass
	.align	1
	.type	conv_extent, @function
conv_extent:
	ld	a5,72(a0)
	addiw	a4,a1,-1
	lw	a3,40(a0)
	addiw	a5,a5,-1
	mulw	a5,a5,a4
	ld	a4,56(a0)
	addiw	a2,a3,-1
	slliw	a4,a4,1
	addw	a5,a5,a1
	addw	a5,a5,a4
	ld	a4,64(a0)
	addiw	a4,a4,-1
	mulw	a4,a4,a2
	addw	a4,a4,a3
	subw	a5,a5,a4
	ld	a4,48(a0)
	divw	a0,a5,a4
	addiw	a0,a0,1
	ret
	.size	conv_extent, .-conv_extent
	.align	1
	.type	gemmini_config_activation, @function
gemmini_config_activation:
	li	a5,3
	bne	a0,a5,.L61
	fcvt.d.s	fa0,fa0
	fld	fa5,.LC0,a5
	fld	fa4,.LC2,a5
	fdiv.d	fa0,fa0,fa5
	fld	fa5,.LC1,a5
	fmul.d	fa5,fa0,fa5
	fmul.d	fa5,fa5,fa0
	fdiv.d	fa5,fa4,fa5
	fcvt.w.d a5,fa5,rtz
	fld	fa5,.LC3,a4
	fdiv.d	fa5,fa5,fa0
	slli	a5,a5,32
	fcvt.w.d a4,fa5,rtz
	slli	a4,a4,32
	srli	a4,a4,32
	or	a5,a5,a4
 #APP
# 109 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 0, x0, a0, a5
# 0 "" 2
 #NO_APP
	ret
.L61:
	li	a5,4
	bne	a0,a5,.L60
	fcvt.d.s	fa0,fa0
	fld	fa5,.LC4,a5
	fld	fa4,.LC6,a5
	fdiv.d	fa5,fa5,fa0
	li	a3,65536
	addi	a3,a3,3
	fcvt.w.d a2,fa5,rtz
	fld	fa5,.LC5,a5
	fmul.d	fa5,fa0,fa5
	fmul.d	fa5,fa5,fa0
	fdiv.d	fa5,fa4,fa5
	fcvt.w.d a4,fa5,rtz
	fld	fa5,.LC7,a5
	fdiv.d	fa5,fa5,fa0
	slli	a4,a4,32
	fcvt.w.d a5,fa5,rtz
	slli	a5,a5,32
	srli	a5,a5,32
	or	a4,a4,a5
	slli	a5,a2,32
	or	a5,a5,a3
 #APP
# 109 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 0, x0, a5, a4
# 0 "" 2
 #NO_APP
	li	a5,65536
	divw	a5,a5,a2
	li	a3,327680
	addi	a3,a3,3
	slli	a5,a5,32
	or	a5,a5,a3
 #APP
# 109 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 0, x0, a5, a4
# 0 "" 2
 #NO_APP
.L60:
	ret
	.size	gemmini_config_activation, .-gemmini_config_activation
	.align	1
	.type	gemmini_conv_pixels_per_row, @function
gemmini_conv_pixels_per_row:
	lbu	a5,61(a0)
	addi	sp,sp,-48
	sd	s0,32(sp)
	sd	ra,40(sp)
	sd	s1,24(sp)
	sd	s2,16(sp)
	sd	s3,8(sp)
	li	s0,1
	bne	a5,zero,.L64
	lbu	a5,62(a0)
	mv	s1,a0
	li	s0,1
	bne	a5,zero,.L64
	lbu	a5,63(a0)
	bne	a5,zero,.L64
	lbu	a5,64(a0)
	bne	a5,zero,.L64
	lbu	a5,60(a0)
	bne	a5,zero,.L64
	mv	s2,a1
	mv	s3,a2
	call	gemmini_conv_downsamples
	bne	a0,zero,.L64
	ld	a4,32(s1)
	slli	a5,s0,32
	addi	a5,a5,1
	bne	a4,a5,.L64
	li	a5,16
	bgt	s3,a5,.L64
	li	s0,16
	divw	a5,s0,s3
	mv	s0,a5
	ble	a5,s2,.L64
	sext.w	s0,s2
.L64:
	ld	ra,40(sp)
	mv	a0,s0
	ld	s0,32(sp)
	ld	s1,24(sp)
	ld	s2,16(sp)
	ld	s3,8(sp)
	addi	sp,sp,48
	jr	ra
	.size	gemmini_conv_pixels_per_row, .-gemmini_conv_pixels_per_row
	.align	1
	.type	gemmini_conv_loop, @function
gemmini_conv_loop:
	lw	a5,116(a0)
	addi	sp,sp,-272
	sd	s10,176(sp)
	sd	a5,24(sp)
	lw	a5,20(a0)
	mv	s10,a1
	sd	ra,264(sp)
	mv	a1,a5
	sd	s0,256(sp)
	sd	s1,248(sp)
	mv	s0,a0
	mv	s1,a2
	sd	s2,240(sp)
	sd	s4,224(sp)
	sd	s5,216(sp)
	sd	s6,208(sp)
	sd	a5,16(sp)
	sd	s3,232(sp)
	sd	s7,200(sp)
	sd	s8,192(sp)
	sd	s9,184(sp)
	sd	s11,168(sp)
	call	gemmini_conv_pooled
	lw	a5,24(s0)
	mv	s6,a0
	mv	a0,s0
	mv	a1,a5
	sd	a5,8(sp)
	call	gemmini_conv_pooled
	lw	s5,0(s0)
	lw	s2,0(s1)
	lw	a3,0(s10)
	mv	s4,a0
	subw	a2,s5,s2
	sext.w	a5,a3
	ble	a3,a2,.L76
	sext.w	a5,a2
.L76:
	lw	s3,4(s1)
	lw	a3,4(s10)
	sd	a5,48(sp)
	subw	a2,s6,s3
	sext.w	a5,a3
	ble	a3,a2,.L77
	sext.w	a5,a2
.L77:
	lw	s7,8(s1)
	lw	a3,8(s10)
	sd	a5,32(sp)
	subw	a2,s4,s7
	sext.w	a5,a3
	ble	a3,a2,.L78
	sext.w	a5,a2
.L78:
	lbu	a3,65(s0)
	sd	a5,40(sp)
	lw	t5,16(s0)
	lw	t4,12(s1)
	li	s9,1
	bne	a3,zero,.L79
	lw	a4,12(s10)
	subw	a2,t5,t4
	sext.w	s9,a4
	ble	a4,a2,.L79
	sext.w	s9,a2
.L79:
	lw	a5,44(s0)
	lw	a4,16(s1)
	lw	a1,16(s10)
	subw	a0,a5,a4
	sext.w	t1,a1
	ble	a1,a0,.L81
	sext.w	t1,a0
.L81:
	lw	t2,20(s1)
	lw	a2,20(s10)
	subw	a1,a5,t2
	sext.w	s8,a2
	ble	a2,a1,.L82
	sext.w	s8,a1
.L82:
	lw	t3,12(s0)
	lw	t0,24(s1)
	li	s11,1
	bne	a3,zero,.L83
	lw	a3,24(s10)
	subw	a2,t3,t0
	sext.w	s11,a3
	ble	a3,a2,.L83
	sext.w	s11,a2
.L83:
	lw	s10,4(s0)
	ld	a6,16(sp)
	ld	a3,32(sp)
	mv	a5,t1
	mv	a7,s10
	mv	a2,s3
	mv	a1,s0
	addi	a0,sp,112
	sd	t4,104(sp)
	sd	t5,96(sp)
	sd	t0,88(sp)
	sd	t3,80(sp)
	sd	t1,64(sp)
	sd	t2,72(sp)
	call	gemmini_trace
	ld	t2,72(sp)
	lw	a7,8(s0)
	ld	a6,8(sp)
	ld	a3,40(sp)
	mv	a4,t2
	mv	a1,s0
	mv	a5,s8
	mv	a2,s7
	addi	a0,sp,136
	sd	a7,56(sp)
	call	gemmini_trace
	mv	a0,s0
	call	gemmini_conv_downsamples
	lbu	a1,62(s0)
	ld	a7,56(sp)
	ld	t1,64(sp)
	ld	t3,80(sp)
	ld	t0,88(sp)
	ld	t5,96(sp)
	ld	t4,104(sp)
	li	a4,0
	beq	a0,zero,.L85
	lw	a3,32(s0)
	li	a5,1
	bne	a3,a5,.L85
	xori	a4,a1,1
.L85:
	lw	a2,120(sp)
	lw	a3,144(sp)
	mul	a5,s10,a7
	mul	a2,a2,a7
	add	a2,a2,a3
	ld	a3,72(s0)
	beq	a1,zero,.L86
	mul	a5,a5,t0
	add	a5,a5,a2
	mul	a5,a5,s5
	add	a5,a5,s2
.L118:
	add	a3,a3,a5
	lbu	a5,61(s0)
	ld	a2,96(s0)
	beq	a5,zero,.L88
	ld	a5,8(sp)
	mul	a5,a5,s3
	add	a5,a5,s7
	mul	a5,a5,s5
	add	a5,a5,s2
	mul	a5,a5,t5
.L119:
	add	a5,a5,t4
	add	a2,a2,a5
	ld	a5,88(s0)
	li	a1,1
	beq	a5,zero,.L90
	slli	t4,t4,2
	add	a1,a5,t4
.L90:
	li	a0,65536
	addi	a0,a0,-1
	li	a6,-1
	srli	a6,a6,32
	and	s5,s5,a0
	slli	t5,t5,48
	slli	s10,s10,16
	li	a7,268431360
	slli	a7,a7,20
	or	s5,s5,t5
	and	s10,s10,a6
	slli	t3,t3,32
	and	t3,t3,a7
	or	s5,s5,s10
	lw	a5,40(s0)
	or	s5,s5,t3
	ld	t3,16(sp)
	slli	a5,a5,56
	slli	s6,s6,16
	and	t3,t3,a0
	or	a5,a5,t3
	ld	t3,8(sp)
	and	s6,s6,a6
	slli	s7,t3,32
	and	s7,s7,a7
	lbu	a7,28(s0)
	or	a5,a5,s7
	slli	a7,a7,48
	or	a5,a5,a7
	or	a5,a5,s6
 #APP
# 413 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 16, x0, s5, a5
# 0 "" 2
 #NO_APP
	ld	a5,24(sp)
	beq	a5,zero,.L107
	lw	a5,116(s0)
	lw	a7,112(s0)
	slli	a5,a5,8
	and	a0,a5,a0
	lbu	a5,120(s0)
	slli	a7,a7,16
	and	a7,a7,a6
	or	a0,a0,a5
.L91:
	lw	t3,44(s0)
	li	a6,268431360
	slli	a6,a6,20
	slli	a5,s4,32
	and	a5,a5,a6
	slli	t3,t3,48
	or	a5,a5,t3
	or	a5,a5,a7
	ld	t3,32(sp)
	or	a5,a5,a0
	ld	a0,40(sp)
	li	a7,-1
	srli	a7,a7,32
	slli	a0,a0,16
	slli	t3,t3,32
	and	t3,t3,a6
	and	a0,a0,a7
	or	a0,a0,t3
	ld	t3,48(sp)
	slli	t3,t3,48
	or	a0,a0,t3
	li	t3,65536
	addi	t3,t3,-1
	and	s9,s9,t3
	or	s9,a0,s9
 #APP
# 430 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 17, x0, a5, s9
# 0 "" 2
 #NO_APP
	lw	a0,148(sp)
	slli	a5,t1,48
	li	t4,16711680
	and	a0,a0,t3
	or	a0,a0,a5
	slli	a5,s8,32
	and	a5,a5,a6
	or	a0,a0,a5
	slli	a5,s11,16
	and	a5,a5,a7
	or	a0,a0,a5
	lw	a5,140(sp)
	slli	a5,a5,16
	and	a5,a5,t4
	lw	t4,128(sp)
	slli	t4,t4,24
	and	t4,t4,a7
	or	a5,a5,t4
	lw	t4,152(sp)
	slli	t4,t4,48
	or	a5,a5,t4
	lw	t4,124(sp)
	slli	t4,t4,32
	and	t4,t4,a6
	or	a5,a5,t4
	lw	t4,8(s0)
	and	t4,t4,t3
	or	a5,a5,t4
 #APP
# 447 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 18, x0, a0, a5
# 0 "" 2
 #NO_APP
	lw	a5,116(sp)
	lw	a0,112(sp)
	slli	a5,a5,21
	and	a5,a5,a7
	slli	a0,a0,48
	or	a5,a5,a0
	lw	a0,36(s0)
	andi	a0,a0,1023
	or	a5,a5,a0
	lw	a0,136(sp)
	and	a0,a0,t3
	lw	t3,48(s0)
	slli	t3,t3,48
	or	a0,a0,t3
	lw	t3,56(s0)
	slli	t3,t3,16
	and	a7,t3,a7
	or	a0,a0,a7
	lw	a7,52(s0)
	slli	a7,a7,32
	and	a6,a7,a6
	or	a0,a0,a6
 #APP
# 464 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 19, x0, a5, a0
# 0 "" 2
 #NO_APP
	lbu	a0,29(s1)
	li	a5,0
	beq	a0,zero,.L92
	lbu	a0,60(s0)
	lw	t3,44(s0)
	lw	a5,16(s1)
	lw	a7,20(s1)
	beq	a0,zero,.L94
	subw	a5,t3,a5
	subw	a7,t3,a7
	subw	a5,a5,t1
	subw	a7,a7,s8
.L94:
	lbu	a0,65(s0)
	ld	a6,80(s0)
	beq	a0,zero,.L95
	mul	a5,a5,t3
	add	a5,a5,a7
.L120:
	add	a5,a6,a5
.L92:
	lbu	a6,31(s1)
	li	a0,0
	beq	a6,zero,.L99
	mv	a0,a2
.L99:
 #APP
# 386 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 20, x0, a5, a0
# 0 "" 2
 #NO_APP
	lbu	a5,30(s1)
	bne	a5,zero,.L100
	li	a1,0
.L100:
	lbu	a2,28(s1)
	li	a5,0
	beq	a2,zero,.L101
	mv	a5,a3
.L101:
	sd	a4,8(sp)
 #APP
# 396 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 21, x0, a1, a5
# 0 "" 2
 #NO_APP
	mv	a2,s11
	mv	a1,s8
	mv	a0,s0
	call	gemmini_conv_pixels_per_row
	lw	a5,36(s1)
	li	a3,196608
	li	a2,786432
	slli	a5,a5,16
	and	a5,a5,a3
	lw	a3,32(s1)
	slli	a0,a0,8
	ld	a4,24(sp)
	slli	a3,a3,18
	and	a3,a3,a2
	or	a5,a5,a3
	ld	a3,88(s0)
	lw	a2,32(s0)
	seqz	a3,a3
	or	a5,a5,a3
	lbu	a3,60(s0)
	addi	a2,a2,-2
	seqz	a2,a2
	slli	a3,a3,1
	or	a5,a5,a3
	lbu	a3,61(s0)
	slli	a2,a2,2
	slli	a3,a3,2
	or	a5,a5,a3
	lbu	a3,63(s0)
	slli	a3,a3,3
	or	a5,a5,a3
	lbu	a3,64(s0)
	slli	a3,a3,4
	or	a5,a5,a3
	lbu	a3,62(s0)
	slli	a3,a3,5
	or	a5,a5,a3
	lbu	a3,65(s0)
	slli	a3,a3,6
	or	a5,a5,a3
	li	a3,65536
	addi	a3,a3,-1
	and	a0,a0,a3
	lw	a3,104(s0)
	or	a5,a5,a0
	slli	a3,a3,3
	andi	a3,a3,24
	or	a3,a3,a2
	seqz	a2,a4
	ld	a4,8(sp)
	or	a3,a3,a2
	slli	a4,a4,1
	or	a4,a3,a4
 #APP
# 376 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 15, x0, a5, a4
# 0 "" 2
 #NO_APP
	ld	ra,264(sp)
	ld	s0,256(sp)
	ld	s1,248(sp)
	ld	s2,240(sp)
	ld	s3,232(sp)
	ld	s4,224(sp)
	ld	s5,216(sp)
	ld	s6,208(sp)
	ld	s7,200(sp)
	ld	s8,192(sp)
	ld	s9,184(sp)
	ld	s10,176(sp)
	ld	s11,168(sp)
	addi	sp,sp,272
	jr	ra
.L86:
	mul	a5,a5,s2
	add	a5,a5,a2
	lw	a2,48(s0)
	mul	a5,a5,a2
	add	a5,a5,t0
	j	.L118
.L88:
	mul	a5,s6,s2
	lw	a1,56(s0)
	add	a5,a5,s3
	mul	a5,a5,s4
	add	a5,a5,s7
	mul	a5,a5,a1
	j	.L119
.L107:
	li	a0,256
	li	a7,65536
	j	.L91
.L95:
	lbu	t4,63(s0)
	lw	a0,24(s1)
	lw	t1,12(s1)
	beq	t4,zero,.L97
	mul	a0,a0,t3
	add	a5,a0,a5
	mul	a5,a5,t3
	lw	a0,16(s0)
	add	a5,a5,a7
.L121:
	mul	a5,a5,a0
	add	a5,a5,t1
	j	.L120
.L97:
	mul	a5,a5,t3
	lw	t3,12(s0)
	add	a5,a5,a7
	lbu	a7,64(s0)
	beq	a7,zero,.L98
	lw	a7,16(s0)
	mul	a5,a7,a5
	add	a5,a5,t1
	mul	a5,a5,t3
	add	a5,a5,a0
	j	.L120
.L98:
	mul	a5,a5,t3
	add	a5,a5,a0
	lw	a0,52(s0)
	j	.L121
	.size	gemmini_conv_loop, .-gemmini_conv_loop
	.align	1
	.type	gemmini_conv_run, @function
gemmini_conv_run:
	addi	sp,sp,-256
	sd	s3,216(sp)
	mv	s3,a1
	lw	a1,20(a0)
	sd	ra,248(sp)
	sd	s0,240(sp)
	sd	s1,232(sp)
	sd	s2,224(sp)
	sd	s4,208(sp)
	sd	s5,200(sp)
	mv	s4,a0
	sd	s6,192(sp)
	sd	s7,184(sp)
	sd	s8,176(sp)
	sd	s9,168(sp)
	sd	s10,160(sp)
	sd	s11,152(sp)
	call	gemmini_conv_pooled
	lw	a1,24(s4)
	mv	s1,a0
	mv	a0,s4
	call	gemmini_conv_pooled
	lbu	s0,65(s4)
	mv	s2,a0
	bne	s0,zero,.L147
	lw	s8,16(s4)
	lw	s7,12(s4)
.L123:
	lw	a5,44(s4)
	lw	a3,16(s3)
	lw	a1,20(s3)
	lw	a4,24(s3)
	addw	s6,a5,a3
	addw	a5,a5,a1
	addiw	s6,s6,-1
	addiw	a5,a5,-1
	divw	a5,a5,a1
	divw	s6,s6,a3
	remw	a2,s7,a4
	mulw	s6,s6,a5
	addw	a5,a4,s7
	addiw	a5,a5,-1
	divw	a5,a5,a4
	mulw	s9,s6,a5
	mv	s6,s9
	bne	a2,zero,.L124
	mv	a2,a4
.L124:
	mv	a0,s4
	call	gemmini_conv_pixels_per_row
	li	a5,1
	li	a4,2
	ble	a0,a5,.L125
	li	a4,1
.L125:
	bne	s0,zero,.L149
	lw	a5,0(s3)
	lw	s0,0(s4)
	lw	a2,4(s3)
	lw	a3,8(s3)
	addw	s0,s0,a5
	addiw	s0,s0,-1
	divw	s0,s0,a5
	addw	a5,a2,s1
	addiw	a5,a5,-1
	divw	a5,a5,a2
	mulw	s0,s0,a5
	addw	a5,a3,s2
	addiw	a5,a5,-1
	divw	a5,a5,a3
	mulw	s0,s0,a5
	lw	a5,12(s3)
	addw	s5,a5,s8
	addiw	s5,s5,-1
	divw	s5,s5,a5
	mulw	s0,s0,s6
	mulw	s5,s5,s6
	sgt	s0,s0,a4
	xori	s0,s0,1
	sext.w	s0,s0
	slti	s5,s5,3
.L126:
	li	s10,0
	li	s11,0
	addiw	t2,s9,-1
.L127:
	lw	a5,0(s4)
	bgt	a5,s10,.L153
	ld	ra,248(sp)
	ld	s0,240(sp)
	ld	s1,232(sp)
	ld	s2,224(sp)
	ld	s3,216(sp)
	ld	s4,208(sp)
	ld	s5,200(sp)
	ld	s6,192(sp)
	ld	s7,184(sp)
	ld	s8,176(sp)
	ld	s9,168(sp)
	ld	s10,160(sp)
	ld	s11,152(sp)
	addi	sp,sp,256
	jr	ra
.L147:
	li	s8,1
	li	s7,1
	j	.L123
.L149:
	li	s0,0
	li	s5,0
	j	.L126
.L134:
	seqz	a2,s6
	sb	a2,134(sp)
	sub	a2,t2,s6
	seqz	a2,a2
	sw	s10,104(sp)
	sw	a5,108(sp)
	sw	a7,112(sp)
	sw	a3,116(sp)
	sw	t1,120(sp)
	sw	t4,124(sp)
	sw	t5,128(sp)
	sb	t3,132(sp)
	sb	a6,133(sp)
	sb	a2,135(sp)
	beq	s0,zero,.L128
	li	a2,1
	ble	s9,a2,.L129
	andi	a2,s6,1
	addiw	a2,a2,1
	sw	a2,136(sp)
	bne	s5,zero,.L130
.L133:
	li	a2,0
.L131:
	sw	a2,140(sp)
	mv	a1,s3
	addi	a2,sp,104
	mv	a0,s4
	sd	t2,88(sp)
	sw	t6,84(sp)
	sd	t0,72(sp)
	sd	t5,64(sp)
	sd	t4,56(sp)
	sd	t1,48(sp)
	sd	a3,40(sp)
	sd	a4,32(sp)
	sd	a7,24(sp)
	sd	a5,16(sp)
	sd	a6,8(sp)
	sd	t3,0(sp)
	call	gemmini_conv_loop
	lw	a2,24(s3)
	ld	t5,64(sp)
	ld	t3,0(sp)
	ld	a6,8(sp)
	ld	a5,16(sp)
	ld	a7,24(sp)
	ld	a4,32(sp)
	ld	a3,40(sp)
	ld	t1,48(sp)
	ld	t4,56(sp)
	ld	t0,72(sp)
	lw	t6,84(sp)
	ld	t2,88(sp)
	addw	t5,a2,t5
	addiw	s6,s6,1
.L135:
	blt	t5,s7,.L134
	lw	a2,20(s3)
	addw	t4,a2,t4
.L136:
	lw	a2,44(s4)
	bgt	a2,t4,.L150
	lw	a2,16(s3)
	addw	t1,a2,t1
.L140:
	lw	a2,44(s4)
	bgt	a2,t1,.L151
	lw	a2,12(s3)
	addiw	a4,a4,1
	addw	a3,a2,a3
.L144:
	bge	a3,s8,.L137
	li	t3,1
	beq	s0,zero,.L139
	seqz	t3,a4
.L139:
	andi	t0,a4,1
	andi	t3,t3,1
	li	t1,0
	li	s6,0
	addi	t0,t0,1
	j	.L140
.L129:
	sw	t6,136(sp)
	beq	s5,zero,.L133
.L132:
	mv	a2,t0
	j	.L131
.L128:
	sw	zero,136(sp)
	beq	s5,zero,.L133
	li	a2,1
	ble	s9,a2,.L132
.L130:
	andi	a2,s6,1
	addi	a2,a2,1
	j	.L131
.L150:
	li	t5,0
	j	.L135
.L151:
	li	t4,0
	j	.L136
.L137:
	lw	a4,8(s3)
	addiw	s11,s11,1
	addw	a7,a4,a7
.L145:
	bge	a7,s2,.L141
	li	a6,1
	beq	s5,zero,.L143
	seqz	a6,s11
.L143:
	andi	t6,s11,1
	andi	a6,a6,1
	li	a3,0
	li	a4,0
	addiw	t6,t6,1
	j	.L144
.L152:
	li	a7,0
	j	.L145
.L141:
	lw	a4,4(s3)
	addw	a5,a4,a5
.L146:
	blt	a5,s1,.L152
	lw	a5,0(s3)
	addw	s10,a5,s10
	j	.L127
.L153:
	li	a5,0
	j	.L146
	.size	gemmini_conv_run, .-gemmini_conv_run
	.section	.rodata.str1.8,"aMS",@progbits,1
	.align	3
.LC8:
	.string	"a product has no extent of 0"
	.align	3
.LC9:
	.string	"a tile of a product must have at least one block of each extent, and no more than the product"
	.align	3
.LC10:
	.string	"a tile of a product does not fit the private memories"
	.align	3
.LC11:
	.string	"the weight-stationary array transposes one operand at most"
	.align	3
.LC12:
	.string	"the output-stationary array transposes A alone or both"
	.align	3
.LC13:
	.string	"rows of this activation must fit one tile"
	.text
	.align	1
	.globl	fw_matmul
	.type	fw_matmul, @function
fw_matmul:
	addi	sp,sp,-816
	sd	s5,760(sp)
	ld	s5,88(a0)
	sd	s8,736(sp)
	ld	s8,0(a0)
	andi	a5,s5,32
	sd	s0,800(sp)
	sd	s1,792(sp)
	sd	s10,720(sp)
	sd	ra,808(sp)
	sd	s2,784(sp)
	sd	s3,776(sp)
	sd	s4,768(sp)
	sd	s6,752(sp)
	sd	s7,744(sp)
	sd	s9,728(sp)
	sd	s11,712(sp)
	sd	a5,128(sp)
	ld	s1,120(a0)
	ld	s10,128(a0)
	ld	s0,136(a0)
	beq	s8,zero,.L161
	ld	s6,8(a0)
	mv	s4,a0
	beq	s6,zero,.L161
	seqz	a3,a5
	ld	a5,16(a0)
	sd	a5,40(sp)
	bne	a5,zero,.L162
.L161:
	lla	a0,.LC8
.L356:
	call	fw_refuse
.L162:
	addi	a4,s6,15
	srli	a5,a4,4
	sd	a5,32(sp)
	ld	a5,40(sp)
	ld	s2,96(a0)
	addi	a4,a5,15
	srli	a5,a4,4
	sd	a5,24(sp)
	addi	a4,s8,15
	sext.w	s3,s2
	srli	s11,a4,4
	bne	s1,zero,.L163
	andi	a5,s5,32
	li	a4,1024
	bne	a5,zero,.L165
	li	a4,512
.L165:
	srli	a2,a4,4
	li	a1,1
.L166:
	mv	a4,a1
	addi	a1,a1,1
	mul	a0,a1,a1
	bgeu	a2,a0,.L166
	ld	a5,128(sp)
	li	s0,8192
	beq	a5,zero,.L167
	li	s0,16384
.L167:
	addiw	a2,s2,-2
	andi	a2,a2,-3
	sext.w	a2,a2
	beq	a2,zero,.L270
	mv	s1,a4
	bleu	a4,s11,.L169
	mv	s1,s11
.L169:
	ld	a5,32(sp)
	mv	s7,a4
	bleu	a4,a5,.L170
	mv	s7,a5
.L170:
	srli	s0,s0,5
	divu	s0,s0,a4
	ld	a5,24(sp)
	bleu	s0,a5,.L179
	mv	s0,a5
.L179:
	ld	a5,32(sp)
	bgeu	s7,a5,.L172
	addi	s10,s7,1
	mv	a2,s0
	mv	a1,s10
	mv	a0,s1
	sd	a3,48(sp)
	call	gemmini_tile_fits
	ld	a3,48(sp)
	mv	s9,a0
	bne	a0,zero,.L173
.L172:
	bltu	s1,s11,.L271
	ld	a5,24(sp)
	mv	s10,s7
	bltu	s0,a5,.L272
.L163:
	ld	a5,24(s4)
	ld	s7,72(s4)
	ld	a7,104(s4)
	sd	a5,328(sp)
	ld	a5,32(s4)
	andi	s9,s5,8
	snez	a6,s9
	sd	a5,336(sp)
	ld	a5,40(s4)
	sd	a5,152(sp)
	ld	a5,48(s4)
	sd	a5,64(sp)
	ld	a5,56(s4)
	sd	a5,88(sp)
	ld	a5,64(s4)
	sd	a5,96(sp)
	ld	a5,80(s4)
	sd	a5,160(sp)
	lw	a5,112(s4)
	sw	a5,56(sp)
	andi	a5,s5,16
	sd	a5,168(sp)
	andi	a5,s5,1
	sd	a5,48(sp)
	sd	a5,104(sp)
	andi	a5,s5,2
	sd	a5,112(sp)
	snez	s4,a5
	andi	a5,s5,4
	sd	a5,176(sp)
	snez	a5,a5
	sd	a5,72(sp)
	beq	s1,zero,.L180
	beq	s10,zero,.L180
	beq	s0,zero,.L180
	bgtu	s1,s11,.L180
	ld	a5,32(sp)
	bgtu	s10,a5,.L180
	ld	a5,24(sp)
	bleu	s0,a5,.L181
.L180:
	lla	a0,.LC9
	j	.L356
.L270:
	ld	s7,32(sp)
	li	s1,1
	li	s0,1
	j	.L179
.L173:
	bltu	s1,s11,.L174
	ld	a5,24(sp)
	bltu	s0,a5,.L175
.L176:
	mv	s7,s10
	j	.L179
.L271:
	mv	s10,s7
	li	s9,0
.L174:
	addi	s7,s1,1
	mv	a2,s0
	mv	a1,s10
	mv	a0,s7
	sd	a3,48(sp)
	call	gemmini_tile_fits
	ld	a3,48(sp)
	ld	a5,24(sp)
	beq	a0,zero,.L177
	mv	s1,s7
	bgeu	s0,a5,.L176
	mv	s9,a0
	j	.L175
.L177:
	bgeu	s0,a5,.L178
.L175:
	addi	s7,s0,1
	mv	a2,s7
	mv	a1,s10
	mv	a0,s1
	sd	a3,48(sp)
	call	gemmini_tile_fits
	ld	a3,48(sp)
	bne	a0,zero,.L274
.L178:
	bne	s9,zero,.L176
	j	.L163
.L272:
	li	s9,0
	j	.L175
.L274:
	mv	s0,s7
	j	.L176
.L181:
	mv	a2,s0
	mv	a1,s10
	mv	a0,s1
	sd	a6,120(sp)
	sd	a7,80(sp)
	call	gemmini_tile_fits
	ld	a7,80(sp)
	ld	a6,120(sp)
	bne	a0,zero,.L182
	lla	a0,.LC10
	j	.L356
.L182:
	ld	a5,128(sp)
	addiw	s2,s2,-2
	bne	a5,zero,.L183
	ld	a5,104(sp)
	beq	a5,zero,.L184
	ld	a5,112(sp)
	lla	a0,.LC11
	bne	a5,zero,.L356
	andi	s2,s2,-3
	sext.w	s2,s2
	li	a2,4
	bne	s2,zero,.L189
.L190:
	ld	a5,32(sp)
	li	a2,4
	bgeu	s10,a5,.L189
	j	.L188
.L183:
	ld	a5,112(sp)
	beq	a5,zero,.L186
	ld	a5,104(sp)
	lla	a0,.LC12
	beq	a5,zero,.L356
.L186:
	andi	s2,s2,-3
	sext.w	s2,s2
	li	a2,0
	bne	s2,zero,.L189
.L188:
	lla	a0,.LC13
	j	.L356
.L184:
	andi	s2,s2,-3
	sext.w	s2,s2
	li	a2,4
	beq	s2,zero,.L190
.L189:
	ld	a5,48(sp)
	slli	a3,s3,3
	andi	a3,a3,24
	slli	a1,a5,8
	or	a2,a1,a2
	or	a3,a3,a2
	slli	a2,s4,9
	or	a3,a3,a2
	ld	a2,.LC14
	or	a3,a3,a2
	li	a2,1
	slli	a2,a2,48
 #APP
# 51 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 0, x0, a3, a2
# 0 "" 2
 #NO_APP
	ld	a5,176(sp)
	slli	a3,s3,2
	andi	a3,a3,12
	ori	a3,a3,2
	li	s2,1
	beq	a5,zero,.L191
	li	s2,4
.L191:
	ld	a5,160(sp)
	slli	a7,a7,32
	mul	a2,a5,s2
	slli	a2,a2,32
	srli	a2,a2,32
	or	a7,a2,a7
 #APP
# 91 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 0, x0, a3, a7
# 0 "" 2
 #NO_APP
	ld	a3,.LC15
	ld	a5,88(sp)
 #APP
# 66 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 0, x0, a3, a5
# 0 "" 2
 #NO_APP
	ld	a3,.LC16
	ld	a5,96(sp)
 #APP
# 66 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 0, x0, a3, a5
# 0 "" 2
 #NO_APP
	ld	a5,168(sp)
	slli	a6,a6,2
	ld	a2,.LC17
	or	a2,a6,a2
	li	a3,0
	bne	a5,zero,.L192
	li	a3,1
	bne	s9,zero,.L193
	li	a3,4
.L193:
	mul	a3,s7,a3
.L192:
	sd	a6,80(sp)
 #APP
# 66 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 0, x0, a2, a3
# 0 "" 2
 #NO_APP
	flw	fa0,56(sp)
	mv	a0,s3
	call	gemmini_config_activation
	addi	a3,s11,-1
	add	a3,a3,s1
	ld	a6,80(sp)
	divu	a5,a3,s1
	sd	a5,192(sp)
	ld	a5,32(sp)
	addi	a3,a5,-1
	add	a3,a3,s10
	divu	a5,a3,s10
	sd	a5,200(sp)
	ld	a5,24(sp)
	addi	a3,a5,-1
	add	a3,a3,s0
	divu	a5,a3,s0
	sd	a5,136(sp)
	ld	a5,128(sp)
	bne	a5,zero,.L280
	ld	a5,192(sp)
	ld	a4,136(sp)
	mul	a3,a5,a4
	sltiu	a5,a3,3
	sd	a5,208(sp)
	ld	a5,200(sp)
	mul	a3,a5,a4
	sltiu	a5,a3,3
	sd	a5,216(sp)
.L194:
	li	a5,4
	sd	a5,344(sp)
	beq	s9,zero,.L195
	li	a5,1
	sd	a5,344(sp)
.L195:
	slli	a3,s11,4
	sub	a5,a3,s8
	sd	a5,456(sp)
	ld	a5,32(sp)
	sd	zero,312(sp)
	slli	a3,a5,4
	sub	a5,a3,s6
	sd	a5,464(sp)
	ld	a5,24(sp)
	slli	a3,a5,4
	ld	a5,40(sp)
	sub	a5,a3,a5
	sd	a5,472(sp)
	ld	a5,168(sp)
	bne	a5,zero,.L197
	sd	s7,312(sp)
.L197:
	beq	s9,zero,.L198
	li	a5,4
	sd	a5,392(sp)
	li	a5,1
.L351:
	sd	a5,400(sp)
	ld	a5,176(sp)
	beq	a5,zero,.L202
	li	a5,1
	sd	a5,56(sp)
	li	a5,4
.L205:
	ld	a4,72(sp)
	slli	s3,s3,8
	andi	s3,s3,1792
	slli	s9,a4,1
	or	s9,s9,a6
	or	a4,s3,s9
	sd	a4,544(sp)
	ld	a4,48(sp)
	slli	s4,s4,1
	sd	zero,272(sp)
	or	a4,s4,a4
	sd	a4,520(sp)
	ld	a4,160(sp)
	sd	zero,296(sp)
	sd	zero,304(sp)
	slli	a3,a4,4
	mul	a2,a3,s1
	li	s9,0
	mul	a4,a2,s2
	sd	a4,640(sp)
	ld	a4,64(sp)
	sd	a4,280(sp)
	mul	a4,s7,s1
	slli	a4,a4,4
	sd	a4,632(sp)
	slli	a4,s1,4
	sd	a4,616(sp)
	ld	a4,88(sp)
	slli	a4,a4,4
	mul	a2,s1,a4
	mul	a4,s0,a4
	sd	a2,624(sp)
	slli	a2,s10,4
	sd	a2,600(sp)
	sd	a4,608(sp)
	mul	a4,a3,a5
	mul	a2,s2,a2
	sd	a4,536(sp)
	ld	a4,56(sp)
	mul	a5,a5,a4
	sd	a2,440(sp)
	ld	a2,96(sp)
	slli	a2,a2,4
	mul	a1,s10,a2
	slli	a5,a5,4
	sd	a5,664(sp)
	slli	a5,a4,4
	sd	a5,656(sp)
	ld	a5,192(sp)
	addi	a5,a5,-1
	sd	a5,424(sp)
	mul	a2,s0,a2
	li	a5,268431360
	sd	a1,648(sp)
	slli	a5,a5,20
	slli	a1,s0,4
	sd	a1,360(sp)
	sd	a5,80(sp)
	sd	a2,512(sp)
.L206:
	ld	a5,192(sp)
	beq	a5,s9,.L261
	ld	a5,424(sp)
	sd	s11,40(sp)
	beq	s9,a5,.L263
	sd	s1,40(sp)
.L263:
	ld	a5,424(sp)
	sd	zero,72(sp)
	bne	s9,a5,.L265
	ld	a5,456(sp)
	sd	a5,72(sp)
.L265:
	ld	a4,72(sp)
	li	a5,16
	sd	zero,408(sp)
	sub	a5,a5,a4
	sd	a5,384(sp)
	slli	a5,a5,48
	sd	a5,592(sp)
	li	a5,65536
	addi	a5,a5,-1
	and	a4,a4,a5
	sd	a4,480(sp)
	ld	a4,40(sp)
	and	a5,a4,a5
	sd	a5,496(sp)
	ld	a5,168(sp)
	bne	a5,zero,.L267
	ld	a5,304(sp)
	sd	a5,408(sp)
.L267:
	ld	a5,40(sp)
	sd	zero,288(sp)
	sd	zero,144(sp)
	slliw	a5,a5,4
	sd	a5,432(sp)
	ld	a5,280(sp)
	sd	zero,48(sp)
	sd	a5,120(sp)
	ld	a5,32(sp)
	sd	a5,256(sp)
	li	a5,-1
	srli	a5,a5,32
	sd	a5,320(sp)
	j	.L268
.L280:
	sd	zero,208(sp)
	sd	zero,216(sp)
	j	.L194
.L198:
	li	a5,1
	sd	a5,392(sp)
	li	a5,4
	j	.L351
.L202:
	li	a5,4
	sd	a5,56(sp)
	li	a5,1
	j	.L205
.L254:
	ld	a5,136(sp)
	ld	a4,104(sp)
	ld	t1,264(sp)
	addi	a5,a5,-1
	beq	a4,zero,.L208
	ld	t1,184(sp)
.L208:
	ld	a4,112(sp)
	ld	s8,224(sp)
	beq	a4,zero,.L210
	ld	s8,240(sp)
.L210:
	bne	s6,a5,.L282
	ld	s2,248(sp)
	ld	s7,472(sp)
.L211:
	ld	a4,208(sp)
	beq	a4,zero,.L212
	ld	a4,48(sp)
	beq	a4,zero,.L212
	li	t1,0
.L212:
	ld	a4,216(sp)
	beq	a4,zero,.L213
	beq	s9,zero,.L213
	li	s8,0
.L213:
	bne	s6,zero,.L214
	ld	a4,152(sp)
	beq	a4,zero,.L215
	bne	a5,zero,.L285
	ld	s4,120(sp)
	ld	a1,352(sp)
.L352:
	li	s5,1
	j	.L216
.L282:
	mv	s2,s0
	li	s7,0
	j	.L211
.L215:
	li	s4,0
	bne	a5,zero,.L217
	ld	s4,120(sp)
.L217:
	snez	s5,s6
	li	a1,0
.L216:
	ld	a5,128(sp)
	bne	a5,zero,.L219
	ld	a5,80(sp)
	slli	s7,s7,32
	slli	s2,s2,32
	and	s7,s7,a5
	ld	a5,488(sp)
	or	s7,s7,a5
	ld	a5,80(sp)
	and	s2,s2,a5
	ld	a5,504(sp)
	or	s2,s2,a5
 #APP
# 294 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 9, x0, s7, s2
# 0 "" 2
# 304 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 10, x0, t1, s8
# 0 "" 2
# 314 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 11, x0, a1, s4
# 0 "" 2
 #NO_APP
	ld	a5,88(sp)
	ld	a4,96(sp)
 #APP
# 324 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 12, x0, a5, a4
# 0 "" 2
 #NO_APP
	ld	a5,312(sp)
	ld	a4,160(sp)
 #APP
# 334 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 13, x0, a5, a4
# 0 "" 2
 #NO_APP
	ld	a5,544(sp)
	ld	a4,216(sp)
	or	s5,s5,a5
	li	a5,0
	beq	a4,zero,.L220
	ld	a5,48(sp)
	add	a4,a5,s6
	li	a5,131072
	bne	a4,zero,.L220
	li	a5,65536
.L220:
	ld	a4,208(sp)
	or	s5,s5,a5
	li	a5,0
	beq	a4,zero,.L221
	add	a4,s9,s6
	li	a5,524288
	bne	a4,zero,.L221
	li	a5,262144
.L221:
	or	s5,s5,a5
	ld	a5,520(sp)
 #APP
# 280 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 8, x0, s5, a5
# 0 "" 2
 #NO_APP
.L222:
	ld	a5,248(sp)
	ld	a4,360(sp)
	addi	s6,s6,1
	sub	a5,a5,s0
	sd	a5,248(sp)
	ld	a5,240(sp)
	add	a5,a5,a4
	sd	a5,240(sp)
	ld	a4,512(sp)
	ld	a5,224(sp)
	add	a5,a5,a4
	sd	a5,224(sp)
	ld	a4,608(sp)
	ld	a5,184(sp)
	add	a5,a5,a4
	sd	a5,184(sp)
	ld	a4,360(sp)
	ld	a5,264(sp)
	add	a5,a5,a4
	sd	a5,264(sp)
.L260:
	ld	a5,136(sp)
	bne	a5,s6,.L254
	ld	a5,48(sp)
	ld	a4,600(sp)
	addi	a5,a5,1
	sd	a5,48(sp)
	ld	a5,256(sp)
	sub	a5,a5,s10
	sd	a5,256(sp)
	ld	a5,144(sp)
	add	a5,a5,a4
	sd	a5,144(sp)
	ld	a4,440(sp)
	ld	a5,120(sp)
	add	a5,a5,a4
	sd	a5,120(sp)
	ld	a4,648(sp)
	ld	a5,288(sp)
	add	a5,a5,a4
	sd	a5,288(sp)
.L268:
	ld	a5,200(sp)
	ld	a4,48(sp)
	beq	a5,a4,.L255
	addi	a5,a5,-1
	mv	s3,s10
	bne	a4,a5,.L257
	ld	s3,256(sp)
.L257:
	ld	a4,48(sp)
	sd	zero,64(sp)
	bne	a4,a5,.L259
	ld	a5,464(sp)
	sd	a5,64(sp)
.L259:
	sext.w	a5,s3
	sd	a5,528(sp)
	ld	a5,64(sp)
	ld	a4,320(sp)
	li	s6,0
	slli	a5,a5,16
	and	a5,a5,a4
	ld	a4,480(sp)
	or	a5,a5,a4
	ld	a4,320(sp)
	sd	a5,488(sp)
	slli	a5,s3,16
	and	a5,a5,a4
	ld	a4,496(sp)
	or	a5,a5,a4
	sd	a5,504(sp)
	ld	a4,336(sp)
	ld	a5,288(sp)
	add	a5,a5,a4
	sd	a5,240(sp)
	ld	a5,144(sp)
	add	a5,a5,a4
	sd	a5,224(sp)
	ld	a4,296(sp)
	ld	a5,328(sp)
	add	a5,a5,a4
	sd	a5,184(sp)
	ld	a4,328(sp)
	ld	a5,272(sp)
	add	a5,a5,a4
	sd	a5,264(sp)
	ld	a4,144(sp)
	ld	a5,408(sp)
	add	a5,a5,a4
	ld	a4,344(sp)
	mul	a5,a5,a4
	ld	a4,152(sp)
	add	a5,a4,a5
	sd	a5,352(sp)
	slliw	a5,s3,4
	sd	a5,448(sp)
	ld	a5,24(sp)
	sd	a5,248(sp)
	j	.L260
.L214:
	li	s4,0
	bne	s6,a5,.L218
	ld	s4,120(sp)
.L218:
	ld	a5,152(sp)
	li	a1,0
	bne	a5,zero,.L352
	j	.L217
.L285:
	ld	a1,352(sp)
	li	s4,0
	j	.L352
.L219:
	ld	a5,528(sp)
	mulw	a4,s2,a5
	li	a5,1024
	subw	a5,a5,a4
	slliw	a5,a5,4
	sd	a5,232(sp)
	beq	a1,zero,.L223
	ld	a5,392(sp)
	ld	a7,72(sp)
	ld	a3,400(sp)
	sd	a5,8(sp)
	ld	a5,64(sp)
	ld	a2,312(sp)
	mv	a6,s3
	sd	a5,0(sp)
	ld	a5,40(sp)
	li	a4,-2147483648
	li	a0,2
	sd	t1,368(sp)
	call	gemmini_load_blocks
	ld	t1,368(sp)
.L223:
	ld	a5,104(sp)
	beq	a5,zero,.L224
	li	a5,4
	sd	a5,8(sp)
	ld	a5,72(sp)
	ld	a6,40(sp)
	mv	a7,s7
	sd	a5,0(sp)
	mv	a5,s2
.L353:
	ld	a2,88(sp)
	li	a4,0
	li	a3,1
	mv	a1,t1
	li	a0,0
	call	gemmini_load_blocks
	ld	a5,112(sp)
	beq	a5,zero,.L226
	ld	a7,64(sp)
	li	a5,4
	sd	a5,8(sp)
	sd	s7,0(sp)
	mv	a6,s2
	mv	a5,s3
.L354:
	ld	a4,232(sp)
	ld	a2,96(sp)
	li	a0,1
	li	a3,1
	mv	a1,s8
	call	gemmini_load_blocks
	ld	a5,40(sp)
	addi	a4,s3,-1
	sd	a4,680(sp)
	ld	a4,64(sp)
	addi	a5,a5,-1
	sd	a5,672(sp)
	li	a5,16
	sub	a4,a5,a4
	sd	a4,688(sp)
	sub	a5,a5,s7
	addi	a4,s2,-1
	li	t0,0
	li	t2,0
	li	a0,0
	sd	a4,416(sp)
	sd	a5,696(sp)
.L239:
	ld	a5,40(sp)
	beq	a5,a0,.L240
	ld	a5,672(sp)
	li	t3,16
	bne	a0,a5,.L242
	ld	t3,384(sp)
.L242:
	slli	a5,t3,48
	sd	a5,368(sp)
	slliw	a5,a0,4
	sd	a5,576(sp)
	slliw	a5,t0,4
	slliw	a6,t2,4
	sd	a5,584(sp)
	li	t6,0
	li	t1,0
	j	.L243
.L224:
	li	a5,4
	sd	a5,8(sp)
	ld	a7,72(sp)
	ld	a5,40(sp)
	sd	s7,0(sp)
	mv	a6,s2
	j	.L353
.L226:
	li	a5,4
	sd	a5,8(sp)
	ld	a5,64(sp)
	mv	a7,s7
	mv	a6,s3
	sd	a5,0(sp)
	mv	a5,s2
	j	.L354
.L234:
	ld	a5,104(sp)
	mv	a1,s7
	bne	a5,zero,.L228
	mv	a1,s8
.L228:
	ld	a4,112(sp)
	mv	a5,t5
	bne	a4,zero,.L229
	mv	a5,t4
.L229:
	ld	a4,232(sp)
	addw	a5,a4,a5
	ld	a4,416(sp)
	bltu	a7,a4,.L295
	ld	a4,560(sp)
	beq	s5,zero,.L231
	ld	a4,552(sp)
.L231:
	ld	t3,416(sp)
	li	a2,16
	bne	a7,t3,.L230
	ld	a2,696(sp)
.L230:
	ld	t3,376(sp)
	slli	a4,a4,32
	srli	a4,a4,32
	or	a4,a4,t3
	ld	t3,568(sp)
 #APP
# 187 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 6, x0, t3, a4
# 0 "" 2
 #NO_APP
	ld	a4,368(sp)
	ld	t3,80(sp)
	slli	a1,a1,32
	srli	a1,a1,32
	slli	a5,a5,32
	or	a1,a1,a4
	srli	a5,a5,32
	slli	a4,a2,32
	and	a4,a4,t3
	slli	a2,a2,48
	or	a5,a5,a3
	or	a4,a4,a1
	or	a5,a5,a2
	bne	a7,zero,.L232
 #APP
# 159 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 4, x0, a4, a5
# 0 "" 2
 #NO_APP
.L233:
	ld	a5,448(sp)
	addi	a7,a7,1
	addiw	t5,t5,16
	addw	t4,a5,t4
	ld	a5,432(sp)
	addiw	s8,s8,16
	addw	s7,a5,s7
.L238:
	bne	s2,a7,.L234
	addi	t1,t1,1
	addiw	a6,a6,16
	add	t6,t6,s2
.L243:
	beq	s3,t1,.L235
	li	a5,-2147483648
	or	a5,a6,a5
	sext.w	a5,a5
	sd	a5,560(sp)
	li	a5,-1073741824
	or	a5,a6,a5
	sext.w	a5,a5
	sd	a5,552(sp)
	ld	a5,680(sp)
	li	a3,16
	bne	t1,a5,.L237
	ld	a3,688(sp)
.L237:
	ld	a5,80(sp)
	slli	a3,a3,32
	ld	a4,320(sp)
	and	a3,a3,a5
	ld	a5,368(sp)
	ld	s8,584(sp)
	ld	s7,576(sp)
	or	a5,a3,a5
	sd	a5,376(sp)
	or	a5,a5,a4
	sd	a5,568(sp)
	slliw	t5,t6,4
	slliw	t4,t1,4
	li	a7,0
	j	.L238
.L295:
	li	a4,-1
	li	a2,16
	j	.L230
.L232:
 #APP
# 173 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 5, x0, a4, a5
# 0 "" 2
 #NO_APP
	j	.L233
.L235:
	addi	a0,a0,1
	add	t2,t2,s3
	add	t0,t0,s2
	j	.L239
.L240:
	beq	s4,zero,.L222
	ld	a5,40(sp)
	li	t4,1
	li	t3,0
	li	a7,0
	addi	t0,a5,-1
	slli	t4,t4,52
	li	t2,-2147483648
	li	s2,-1610612736
.L245:
	beq	a0,a7,.L222
	mv	t5,t4
	bne	a7,t0,.L252
	ld	t5,592(sp)
.L252:
	slliw	a3,t3,4
	mv	a6,s3
	mv	t1,s4
	li	a1,0
	j	.L253
.L250:
	ld	a5,56(sp)
	mv	a2,a6
	bleu	a6,a5,.L246
	mv	a2,a5
.L246:
	ld	a5,176(sp)
	or	a4,a3,s2
	bne	a5,zero,.L355
	or	a4,a3,t2
.L355:
	slli	a4,a4,32
	slli	a5,a2,4
	add	a2,a1,a2
	ld	t6,64(sp)
	srli	a4,a4,32
	beq	s3,a2,.L249
	li	t6,0
.L249:
	ld	a2,80(sp)
	sub	a5,a5,t6
	slli	a5,a5,32
	and	a5,a5,a2
	or	a4,a4,t5
	or	a5,a5,a4
 #APP
# 145 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 3, x0, t1, a5
# 0 "" 2
 #NO_APP
	ld	a5,56(sp)
	add	a1,a1,a5
	ld	a5,664(sp)
	add	t1,t1,a5
	ld	a5,656(sp)
	addw	a3,a5,a3
	ld	a5,56(sp)
	sub	a6,a6,a5
.L253:
	bgtu	s3,a1,.L250
	ld	a5,536(sp)
	addi	a7,a7,1
	add	t3,t3,s3
	add	s4,s4,a5
	j	.L245
.L255:
	ld	a5,280(sp)
	ld	a4,640(sp)
	addi	s9,s9,1
	sub	s11,s11,s1
	add	a5,a5,a4
	sd	a5,280(sp)
	ld	a4,632(sp)
	ld	a5,304(sp)
	add	a5,a5,a4
	sd	a5,304(sp)
	ld	a4,616(sp)
	ld	a5,296(sp)
	add	a5,a5,a4
	sd	a5,296(sp)
	ld	a4,624(sp)
	ld	a5,272(sp)
	add	a5,a5,a4
	sd	a5,272(sp)
	j	.L206
.L261:
 #APP
# 24 "../include/gemmini.h" 1
	fence
# 0 "" 2
 #NO_APP
	ld	ra,808(sp)
	ld	s0,800(sp)
	ld	s1,792(sp)
	ld	s2,784(sp)
	ld	s3,776(sp)
	ld	s4,768(sp)
	ld	s5,760(sp)
	ld	s6,752(sp)
	ld	s7,744(sp)
	ld	s8,736(sp)
	ld	s9,728(sp)
	ld	s10,720(sp)
	ld	s11,712(sp)
	addi	sp,sp,816
	jr	ra
	.size	fw_matmul, .-fw_matmul
	.section	.rodata.str1.8
	.align	3
.LC18:
	.string	"a convolution has no extent, stride or dilation of 0"
	.align	3
.LC19:
	.string	"the kernel is larger than the padded input"
	.align	3
.LC20:
	.string	"weights have one layout"
	.align	3
.LC21:
	.string	"input and weights cannot both be transposed"
	.align	3
.LC22:
	.string	"pooled output cannot be transposed"
	.align	3
.LC23:
	.string	"input dilation is 1, or 2 with stride 1"
	.align	3
.LC24:
	.string	"padding must be smaller than the kernel"
	.text
	.align	1
	.globl	fw_conv
	.type	fw_conv, @function
fw_conv:
	addi	sp,sp,-480
	sd	s11,376(sp)
	ld	s11,0(a0)
	sd	s4,432(sp)
	sd	ra,472(sp)
	sd	s0,464(sp)
	sd	s1,456(sp)
	sd	s2,448(sp)
	sd	s3,440(sp)
	sd	s5,424(sp)
	sd	s6,416(sp)
	sd	s7,408(sp)
	sd	s8,400(sp)
	sd	s9,392(sp)
	sd	s10,384(sp)
	ld	s4,152(a0)
	beq	s11,zero,.L359
	ld	s8,24(a0)
	mv	s7,a0
	beq	s8,zero,.L359
	ld	s2,32(a0)
	beq	s2,zero,.L359
	ld	s5,40(a0)
	beq	s5,zero,.L359
	ld	s0,48(a0)
	beq	s0,zero,.L359
	ld	s1,64(a0)
	beq	s1,zero,.L359
	ld	s3,72(a0)
	bne	s3,zero,.L360
.L359:
	lla	a0,.LC18
.L456:
	call	fw_refuse
.L360:
	ld	s10,8(a0)
	andi	a6,s4,32
	snez	s6,a6
	mv	a1,s10
	sd	a6,16(sp)
	call	conv_extent
	ld	s9,16(s7)
	sd	a0,8(sp)
	mv	a0,s7
	mv	a1,s9
	call	conv_extent
	ld	a2,8(sp)
	mv	a3,a0
	ble	a2,zero,.L361
	ld	a6,16(sp)
	bgt	a0,zero,.L362
.L361:
	lla	a0,.LC19
	j	.L456
.L362:
	ld	a1,104(s7)
	sw	s9,120(sp)
	lw	s9,56(s7)
	sext.w	a0,s11
	sext.w	a4,s8
	sext.w	a5,s2
	sext.w	s0,s0
	sext.w	s3,s3
	sext.w	s1,s1
	sext.w	s5,s5
	sw	a0,112(sp)
	sw	s10,116(sp)
	sw	a4,124(sp)
	sw	a5,128(sp)
	sw	a2,132(sp)
	sw	a3,136(sp)
	sw	s0,140(sp)
	sw	s3,144(sp)
	sw	s1,148(sp)
	sw	s9,152(sp)
	sw	s5,156(sp)
	sw	a1,160(sp)
	beq	a6,zero,.L363
	li	a5,1
.L363:
	ld	a1,112(s7)
	andi	s10,s4,2
	andi	s11,s4,8
	sw	a1,168(sp)
	andi	a1,s4,1
	sb	a1,172(sp)
	snez	a1,s10
	andi	s8,s4,4
	sb	a1,173(sp)
	andi	s4,s4,16
	snez	a1,s11
	sb	a1,175(sp)
	snez	a1,s4
	sd	a1,8(sp)
	sb	a1,176(sp)
	ld	a1,120(s7)
	snez	s2,s8
	sb	s6,177(sp)
	sd	a1,184(sp)
	ld	a1,128(s7)
	sw	a5,164(sp)
	sb	s2,174(sp)
	sd	a1,192(sp)
	ld	a1,136(s7)
	li	t1,1
	lw	s6,88(s7)
	sd	a1,200(sp)
	ld	a1,144(s7)
	lw	a7,96(s7)
	sd	a1,208(sp)
	ld	a1,160(s7)
	sw	a1,216(sp)
	ld	a1,168(s7)
	sw	a1,220(sp)
	lw	a1,80(s7)
	sw	a1,224(sp)
	bne	a1,t1,.L364
	bne	s6,a1,.L364
	snez	s6,a7
.L364:
	mv	a1,a2
	sw	a0,80(sp)
	addi	a0,sp,112
	sd	a5,32(sp)
	sd	a4,24(sp)
	sd	a6,16(sp)
	sd	a3,40(sp)
	sw	a7,232(sp)
	sw	s6,228(sp)
	call	gemmini_conv_pooled
	ld	a3,40(sp)
	sw	a0,84(sp)
	addi	a0,sp,112
	mv	a1,a3
	call	gemmini_conv_pooled
	ld	a6,16(sp)
	ld	a4,24(sp)
	ld	a5,32(sp)
	mv	s7,a0
	beq	a6,zero,.L365
	li	a4,1
.L365:
	sw	a5,92(sp)
	sw	a4,104(sp)
	sw	s7,88(sp)
	sw	s5,96(sp)
	sw	s5,100(sp)
	li	a5,0
	li	a4,28
.L366:
	addi	a2,sp,80
	add	a2,a2,a5
	lw	a2,0(a2)
	addi	a3,sp,240
	add	a3,a3,a5
	sw	a2,0(a3)
	addi	a5,a5,4
	bne	a5,a4,.L366
.L379:
	addi	a1,sp,240
	addi	a0,sp,112
	call	gemmini_conv_fits
	lw	a5,248(sp)
	li	a6,1
	li	a7,2
	li	t1,7
	li	t3,16
	li	t4,3
	li	t5,16
	li	t6,6
	beq	a0,zero,.L380
.L383:
	addiw	a5,a5,1
	sw	a5,248(sp)
	blt	s7,a5,.L382
	addi	a1,sp,240
	addi	a0,sp,112
	sd	a5,16(sp)
	call	gemmini_conv_fits
	ld	a5,16(sp)
	bne	a0,zero,.L383
.L382:
	addiw	a5,a5,-1
	sw	a5,248(sp)
	li	a6,28
.L384:
	addi	s7,sp,240
	li	a5,0
	li	a4,0
.L387:
	lw	a3,0(s7)
	addi	a2,sp,80
	add	a2,a2,a5
	lw	a2,0(a2)
	addiw	a1,a3,1
	sw	a1,0(s7)
	blt	a2,a1,.L385
	addi	a1,sp,240
	addi	a0,sp,112
	sd	a5,32(sp)
	sd	a3,24(sp)
	sd	a4,16(sp)
	call	gemmini_conv_fits
	ld	a4,16(sp)
	ld	a3,24(sp)
	ld	a5,32(sp)
	li	a6,28
	bne	a0,zero,.L407
.L385:
	sw	a3,0(s7)
.L386:
	addi	a5,a5,4
	addi	s7,s7,4
	bne	a5,a6,.L387
	bne	a4,zero,.L384
	ld	a4,240(sp)
	lw	a5,264(sp)
	sd	a4,48(sp)
	ld	a4,248(sp)
	sw	a5,72(sp)
	sd	a4,56(sp)
	ld	a4,256(sp)
	sd	a4,64(sp)
	beq	s11,zero,.L389
	lla	a0,.LC20
	bne	s4,zero,.L456
.L390:
	beq	s10,zero,.L391
	lla	a0,.LC22
	bne	s6,zero,.L456
.L391:
	li	a5,2
	bgt	s3,a5,.L392
	bne	s3,a5,.L393
	li	a5,1
	ble	s0,a5,.L393
.L392:
	lla	a0,.LC23
	j	.L456
.L380:
	addi	a3,sp,240
	li	a2,0
	li	a4,1
.L376:
	addi	a1,a3,4
	bne	a4,a7,.L368
	ble	a5,t3,.L369
	slli	a4,a2,2
	addi	a4,a4,320
	addi	a0,sp,48
	add	a4,a4,a0
	lw	a3,4(a3)
	lw	a4,-128(a4)
	ble	a3,a4,.L455
.L373:
	mv	a3,a1
	li	a2,2
	j	.L454
.L369:
	lw	a4,244(sp)
	ble	a4,a6,.L372
.L455:
	mv	a3,a1
.L454:
	li	a4,3
	j	.L376
.L372:
	slli	a4,a2,2
	addi	a0,sp,48
	addi	a4,a4,320
	add	a4,a4,a0
	lw	a0,-128(a4)
	lw	a4,4(a3)
	blt	a0,a4,.L373
	j	.L455
.L368:
	slli	a0,a2,2
	addi	t0,sp,48
	addi	a0,a0,320
	add	a0,a0,t0
	lw	t0,4(a3)
	lw	a3,-128(a0)
	ble	t0,a3,.L374
	mv	a2,a4
.L374:
	addiw	a4,a4,1
	mv	a3,a1
	bne	a4,t1,.L376
	slli	a4,a2,2
	addi	a5,a4,320
	addi	a3,sp,48
	add	a5,a5,a3
	lw	a5,-128(a5)
	beq	a2,t4,.L377
	li	a3,1
	bne	a2,t6,.L378
.L377:
	andi	a2,a5,15
	li	a3,16
	beq	a2,zero,.L378
	remw	a3,a5,t5
.L378:
	addi	a4,a4,320
	addi	a2,sp,48
	subw	a3,a5,a3
	add	a4,a4,a2
	sw	a3,-128(a4)
	bgt	a3,zero,.L379
	sw	a6,-128(a4)
	j	.L379
.L407:
	mv	a4,a0
	j	.L386
.L389:
	beq	s8,zero,.L390
	lla	a0,.LC21
	bne	s4,zero,.L456
	j	.L390
.L393:
	addiw	s1,s1,-1
	addiw	a5,s5,-1
	mulw	s1,s1,a5
	lla	a0,.LC24
	addw	s1,s1,s5
	ble	s1,s9,.L456
	addi	a0,sp,112
	call	gemmini_conv_downsamples
	li	a4,0
	beq	a0,zero,.L395
	li	a5,1
	bne	s3,a5,.L395
	seqz	a4,s8
.L395:
	ld	a5,8(sp)
	slli	s2,s2,8
	sraw	s0,s0,a4
	slli	a5,a5,9
	or	s2,s2,a5
	li	a5,-1
	srli	a5,a5,32
	slli	s0,s0,16
	and	s0,s0,a5
	li	a5,127
	slli	a5,a5,55
	or	s2,s2,s0
	addi	a5,a5,4
	or	s2,s2,a5
	slli	s3,s3,48
 #APP
# 51 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 0, x0, s2, s3
# 0 "" 2
 #NO_APP
	lbu	a5,173(sp)
	beq	a5,zero,.L396
	lw	a4,112(sp)
	lw	a5,128(sp)
	mul	a4,a4,a5
.L397:
	lw	a5,216(sp)
	lwu	a3,220(sp)
	slli	a4,a4,32
	slli	a5,a5,2
	slli	a3,a3,32
	andi	a5,a5,12
	srli	a4,a4,32
	ori	a5,a5,2
	or	a4,a3,a4
 #APP
# 91 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 0, x0, a5, a4
# 0 "" 2
 #NO_APP
	lbu	a5,177(sp)
	li	s0,0
	bne	a5,zero,.L398
	addi	a1,sp,48
	addi	a0,sp,112
	call	gemmini_conv_run
.L399:
 #APP
# 24 "../include/gemmini.h" 1
	fence
# 0 "" 2
 #NO_APP
	ld	ra,472(sp)
	ld	s0,464(sp)
	ld	s1,456(sp)
	ld	s2,448(sp)
	ld	s3,440(sp)
	ld	s4,432(sp)
	ld	s5,424(sp)
	ld	s6,416(sp)
	ld	s7,408(sp)
	ld	s8,400(sp)
	ld	s9,392(sp)
	ld	s10,384(sp)
	ld	s11,376(sp)
	addi	sp,sp,480
	jr	ra
.L396:
	lw	a4,168(sp)
	j	.L397
.L401:
	li	a2,128
	addi	a1,sp,112
	addi	a0,sp,240
	call	memcpy
	ld	a5,312(sp)
	ld	a4,320(sp)
	add	a5,a5,s0
	sd	a5,312(sp)
	ld	a5,336(sp)
	add	a5,a5,s0
	sd	a5,336(sp)
	lw	a5,156(sp)
	mul	a5,a5,a5
	mul	a5,a5,s0
	add	a5,a4,a5
	sd	a5,320(sp)
	ld	a5,328(sp)
	beq	a5,zero,.L400
	slli	a4,s0,2
	add	a5,a5,a4
	sd	a5,328(sp)
.L400:
	addi	a1,sp,48
	addi	a0,sp,240
	call	gemmini_conv_run
	addi	s0,s0,1
.L398:
	lw	a4,128(sp)
	sext.w	a5,s0
	bgt	a4,a5,.L401
	j	.L399
	.size	fw_conv, .-fw_conv
	.align	1
	.globl	fw_residual_add
	.type	fw_residual_add, @function
fw_residual_add:
	addi	sp,sp,-64
	ld	t2,0(a0)
	ld	t6,8(a0)
	sd	s2,40(sp)
	sd	s3,32(sp)
	sd	s4,24(sp)
	ld	a6,48(a0)
	ld	a2,56(a0)
	ld	t1,64(a0)
	ld	a1,16(a0)
	ld	s2,24(a0)
	ld	s3,32(a0)
	ld	s4,40(a0)
	ld	a7,72(a0)
	sd	s0,56(sp)
	sd	s1,48(sp)
	sd	s5,16(sp)
	sd	s6,8(sp)
	sd	s7,0(sp)
	mv	a3,t6
	mv	a4,t2
	li	t3,512
	li	t4,16
.L458:
	addi	a5,a4,15
	addi	a0,a3,15
	srli	a5,a5,4
	srli	a0,a0,4
	mul	a5,a5,a0
	slli	a5,a5,4
	bgtu	a5,t3,.L462
	li	a5,1
	slli	a5,a5,48
	beq	a7,zero,.L463
	ld	a0,.LC25
 #APP
# 51 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 0, x0, a0, a5
# 0 "" 2
 #NO_APP
	li	t3,6
.L464:
	li	a7,-1
	srli	a7,a7,32
	and	a5,a1,a7
	slli	a0,t1,32
	or	a5,a5,a0
 #APP
# 91 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 0, x0, t3, a5
# 0 "" 2
 #NO_APP
	li	a0,1048576
	slli	a5,a6,32
	addi	a6,a0,261
	or	a5,a5,a6
 #APP
# 66 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 0, x0, a5, a1
# 0 "" 2
 #NO_APP
	slli	a5,a2,32
	addi	a0,a0,269
	or	a5,a5,a0
 #APP
# 66 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 0, x0, a5, a1
# 0 "" 2
 #NO_APP
	mul	s5,a1,a4
	li	t4,65536
	mv	t5,t2
	li	t3,0
	li	s0,0
	addi	t4,t4,-1
	li	s1,0
	li	s6,4
.L465:
	bleu	t2,s0,.L468
	mv	a5,a4
	bleu	a4,t5,.L469
	mv	a5,t5
.L469:
	addi	a2,a5,15
	srli	t0,a2,4
	andi	a2,a2,-16
	sub	a2,a2,a5
	and	a2,a2,t4
	and	t0,t0,t4
	mv	a6,t3
	mv	t1,t6
	j	.L470
.L462:
	bgeu	a4,a3,.L459
	bgtu	a3,t4,.L460
.L459:
	srli	a4,a4,1
	j	.L458
.L460:
	addi	a3,a3,-16
	j	.L458
.L463:
	ld	a0,.LC26
 #APP
# 51 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 0, x0, a0, a5
# 0 "" 2
 #NO_APP
	li	t3,2
	j	.L464
.L467:
	mv	s7,a3
	bleu	a3,t1,.L466
	mv	s7,t1
.L466:
	addi	a5,s7,15
	srli	a0,a5,4
	andi	a5,a5,-16
	sub	a5,a5,s7
	slli	a5,a5,16
	slli	a0,a0,16
	and	a5,a5,a7
	and	a0,a0,a7
	or	a5,a5,a2
	or	a0,a0,t0
 #APP
# 294 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 9, x0, a5, a0
# 0 "" 2
 #NO_APP
	add	a5,s2,a6
	add	a0,s3,a6
 #APP
# 304 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 10, x0, a5, a0
# 0 "" 2
 #NO_APP
	add	a5,s4,a6
 #APP
# 314 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 11, x0, s1, a5
# 0 "" 2
# 324 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 12, x0, a1, a1
# 0 "" 2
# 334 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 13, x0, s1, a1
# 0 "" 2
# 280 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 8, x0, s1, s6
# 0 "" 2
 #NO_APP
	sub	t1,t1,a3
	add	a6,a6,a3
.L470:
	sub	a5,a6,t3
	bgtu	t6,a5,.L467
	add	s0,s0,a4
	add	t3,t3,s5
	sub	t5,t5,a4
	j	.L465
.L468:
 #APP
# 24 "../include/gemmini.h" 1
	fence
# 0 "" 2
 #NO_APP
	ld	s0,56(sp)
	ld	s1,48(sp)
	ld	s2,40(sp)
	ld	s3,32(sp)
	ld	s4,24(sp)
	ld	s5,16(sp)
	ld	s6,8(sp)
	ld	s7,0(sp)
	addi	sp,sp,64
	jr	ra
	.size	fw_residual_add, .-fw_residual_add
	.align	1
	.globl	fw_global_average
	.type	fw_global_average, @function
fw_global_average:
	lw	a5,0(a0)
	addi	sp,sp,-112
	li	a6,1
	sd	s3,80(sp)
	sd	s4,72(sp)
	sd	a5,8(sp)
	sd	s0,104(sp)
	sd	s1,96(sp)
	sd	s2,88(sp)
	sd	s5,64(sp)
	sd	s6,56(sp)
	sd	s7,48(sp)
	sd	s8,40(sp)
	sd	s9,32(sp)
	sd	s10,24(sp)
	sd	s11,16(sp)
	ld	s3,24(a0)
	ld	s4,32(a0)
	lw	a3,16(a0)
	lw	a2,8(a0)
	slli	a6,a6,48
	ld	a5,.LC26
 #APP
# 51 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 0, x0, a5, a6
# 0 "" 2
 #NO_APP
	ld	a5,.LC27
 #APP
# 66 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 0, x0, a5, a3
# 0 "" 2
 #NO_APP
	mulw	s5,a2,a2
	flw	fa5,.LC28,a5
	slli	a4,a3,32
	srli	a4,a4,32
	fcvt.s.w	fa4,s5
	fdiv.s	fa5,fa5,fa4
	fmv.x.w	a5,fa5
	slli	a5,a5,32
	or	a5,a5,a4
	li	a4,2
 #APP
# 91 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 0, x0, a4, a5
# 0 "" 2
 #NO_APP
	mul	a2,a2,a2
	li	t0,0
	li	t6,0
	li	t5,0
	li	s1,16
	li	s6,-1073741824
	li	s2,-2147483648
	li	s7,64
	mul	a2,a2,a3
.L473:
	ld	a5,8(sp)
	bgt	a5,t5,.L487
 #APP
# 24 "../include/gemmini.h" 1
	fence
# 0 "" 2
 #NO_APP
	ld	s0,104(sp)
	ld	s1,96(sp)
	ld	s2,88(sp)
	ld	s3,80(sp)
	ld	s4,72(sp)
	ld	s5,64(sp)
	ld	s6,56(sp)
	ld	s7,48(sp)
	ld	s8,40(sp)
	ld	s9,32(sp)
	ld	s10,24(sp)
	ld	s11,16(sp)
	addi	sp,sp,112
	jr	ra
.L485:
	addw	a5,s8,a0
	mv	a1,a5
	ble	a5,a3,.L474
	sext.w	a1,a3
.L474:
	mv	s0,t0
	li	t4,0
	add	s10,s3,t1
.L475:
	bne	s5,t4,.L480
	add	a4,s9,t1
	li	t3,16
.L481:
	bgt	a1,a7,.L484
	li	a5,16384
	add	t1,t1,a5
.L486:
	sext.w	a0,t1
	mv	a7,a0
	bgt	a3,a0,.L485
	addiw	t5,t5,1
	add	t6,t6,a3
	add	t0,t0,a2
	j	.L473
.L479:
	subw	a4,t3,a0
	divw	a4,a4,s1
	sext.w	a5,t3
	bne	t4,zero,.L476
	or	a4,a4,s2
.L489:
	subw	a5,a1,a5
	slli	a4,a4,32
	sext.w	s11,a5
	srli	a4,a4,32
	ble	s11,s7,.L478
	li	a5,64
.L478:
	slli	a5,a5,32
	or	a5,a5,a4
	or	a5,a5,a6
 #APP
# 133 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 2, x0, t2, a5
# 0 "" 2
 #NO_APP
	addiw	t3,t3,64
	addi	t2,t2,64
.L482:
	bgt	a1,t3,.L479
	addiw	t4,t4,1
	add	s0,s0,a3
	j	.L475
.L476:
	or	a4,a4,s6
	j	.L489
.L480:
	add	t2,s10,s0
	mv	t3,a0
	j	.L482
.L484:
	subw	a5,a7,a0
	divw	a5,a5,s1
	subw	t4,a1,a7
	sext.w	t2,t4
	or	a5,a5,s2
	slli	a5,a5,32
	srli	a5,a5,32
	ble	t2,t3,.L483
	li	t4,16
.L483:
	slli	t4,t4,32
	or	a5,a5,t4
	or	a5,a5,a6
 #APP
# 145 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 3, x0, a4, a5
# 0 "" 2
 #NO_APP
	addiw	a7,a7,16
	addi	a4,a4,16
	j	.L481
.L487:
	li	t1,0
	li	s8,16384
	add	s9,s4,t6
	j	.L486
	.size	fw_global_average, .-fw_global_average
	.align	1
	.globl	fw_max_pool
	.type	fw_max_pool, @function
fw_max_pool:
	addi	sp,sp,-224
	sd	s3,192(sp)
	ld	s3,8(a0)
	sd	s4,184(sp)
	sd	s11,128(sp)
	sext.w	a5,s3
	sd	a5,16(sp)
	ld	a5,16(a0)
	sd	s0,216(sp)
	sd	s1,208(sp)
	sd	a5,8(sp)
	ld	a5,64(a0)
	sd	s2,200(sp)
	sd	s5,176(sp)
	sd	a5,24(sp)
	ld	a5,72(a0)
	sd	s6,168(sp)
	sd	s7,160(sp)
	sd	a5,32(sp)
	li	a5,8192
	divw	a2,a5,s3
	sd	s8,152(sp)
	sd	s9,144(sp)
	sd	s10,136(sp)
	li	a4,255
	lw	s11,0(a0)
	lw	a6,8(sp)
	lw	s4,24(a0)
	lw	t6,32(a0)
	lw	a1,40(a0)
	lw	t5,48(a0)
	lw	a3,56(a0)
	li	a5,255
	bgt	a2,a4,.L491
	mv	a5,a2
.L491:
	subw	a5,a5,s4
	divw	a5,a5,t6
	addiw	a4,a5,1
	mv	a5,a4
	ble	a4,t5,.L492
	mv	a5,t5
.L492:
	sext.w	a4,a5
	bgt	a4,zero,.L493
	li	a5,1
.L493:
	li	s0,1
	sext.w	t1,a5
	slli	s0,s0,48
	ld	a4,.LC26
 #APP
# 51 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 0, x0, a4, s0
# 0 "" 2
 #NO_APP
	ld	a4,.LC15
 #APP
# 66 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 0, x0, a4, a6
# 0 "" 2
 #NO_APP
	slli	a4,t6,4
	andi	a4,a4,48
	sd	a4,40(sp)
	slli	a4,s4,6
	andi	a4,a4,255
	sd	a4,48(sp)
	li	a4,4096
	slli	a2,a1,10
	addi	a4,a4,-1024
	and	a4,a2,a4
	li	t3,-1
	srli	t3,t3,32
	sd	a4,56(sp)
	slli	a4,a3,24
	and	a4,a4,t3
	sd	a4,64(sp)
	li	a4,255
	and	a2,a4,a3
	mul	a3,a6,a3
	slli	a2,a2,40
	sd	a2,72(sp)
	sext.w	a2,s3
	slli	a2,a2,56
	and	t4,a6,t3
	slli	a4,a4,32
	sd	a2,88(sp)
	mv	t2,t5
	negw	s5,a1
	mul	a3,a3,t1
	li	s6,0
	li	s2,0
	li	t0,0
	sw	t1,116(sp)
	sd	a4,120(sp)
	li	s10,16
	mulw	a5,a5,t6
	sd	a3,96(sp)
	slli	a3,a6,4
	sd	a3,80(sp)
	li	a3,127
	slli	a3,a3,55
	or	t4,t4,a3
.L494:
	bgt	t5,s2,.L505
	li	a5,2
 #APP
# 91 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 0, x0, a5, t4
# 0 "" 2
# 24 "../include/gemmini.h" 1
	fence
# 0 "" 2
 #NO_APP
	ld	s0,216(sp)
	ld	s1,208(sp)
	ld	s2,200(sp)
	ld	s3,192(sp)
	ld	s4,184(sp)
	ld	s5,176(sp)
	ld	s6,168(sp)
	ld	s7,160(sp)
	ld	s8,152(sp)
	ld	s9,144(sp)
	ld	s10,136(sp)
	ld	s11,128(sp)
	addi	sp,sp,224
	jr	ra
.L505:
	mv	a7,t2
	ble	t2,t1,.L495
	lw	a7,116(sp)
.L495:
	sext.w	a2,s5
	sext.w	a7,a7
	sext.w	a3,a2
	bge	a2,zero,.L496
	li	a3,0
.L496:
	addiw	a4,a7,-1
	mulw	a4,a4,t6
	addw	a4,a4,a2
	addw	a2,a4,s4
	mv	a4,a2
	ble	a2,s11,.L497
	mv	a4,s11
.L497:
	subw	a4,a4,a3
	li	a0,255
	slli	a0,a0,48
	slli	a2,a4,48
	and	a2,a2,a0
	ld	a0,88(sp)
	or	a2,a2,a0
	ld	a0,40(sp)
	or	a2,a2,a0
	ld	a0,48(sp)
	or	a2,a2,a0
	ld	a0,56(sp)
	or	a2,a2,a0
	ld	a0,64(sp)
	or	a2,a2,a0
	ld	a0,72(sp)
	or	a2,a2,a0
	mv	a0,a1
	bge	a1,zero,.L498
	li	a0,0
.L498:
	slli	a0,a0,8
	andi	a0,a0,768
	or	a0,a2,a0
	ld	a2,120(sp)
	slli	a7,a7,32
	and	a7,a7,a2
	or	a0,a0,a7
	ori	a0,a0,2
 #APP
# 91 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 0, x0, a0, t4
# 0 "" 2
 #NO_APP
	ld	a2,16(sp)
	mulw	a4,a4,s3
	li	a7,0
	mul	a3,a3,a2
	ld	a2,24(sp)
	mul	a3,a3,a6
	add	a3,a2,a3
	ld	a2,32(sp)
	add	a2,a2,s6
	sd	a2,104(sp)
.L499:
	sext.w	a2,a7
	bgt	a6,a2,.L504
	ld	a4,96(sp)
	addw	s2,t1,s2
	subw	t2,t2,t1
	addw	s5,s5,a5
	subw	a1,a1,a5
	add	s6,s6,a4
	j	.L494
.L504:
	ld	a2,8(sp)
	subw	a2,a2,a7
	sext.w	a0,a2
	ble	a0,s10,.L500
	li	a2,16
.L500:
	slli	a2,a2,32
	add	s8,a7,a3
	mv	s7,t0
	li	s1,0
.L501:
	blt	s1,a4,.L503
	ld	a0,104(sp)
	or	a2,a2,t0
	or	a2,a2,s0
	add	a0,a0,a7
 #APP
# 145 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 3, x0, a0, a2
# 0 "" 2
 #NO_APP
	li	a2,8192
	subw	t0,a2,t0
	addi	a7,a7,16
	j	.L499
.L503:
	subw	a0,a4,s1
	sext.w	s9,a0
	ble	s9,s10,.L502
	li	a0,16
.L502:
	and	s9,s7,t3
	or	s9,s9,a2
	slli	a0,a0,48
	or	a0,a0,s9
 #APP
# 133 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 2, x0, s8, a0
# 0 "" 2
 #NO_APP
	ld	a0,80(sp)
	addiw	s1,s1,16
	addi	s7,s7,16
	add	s8,s8,a0
	j	.L501
	.size	fw_max_pool, .-fw_max_pool
	.section	.rodata.str1.8
	.align	3
.LC29:
	.string	"rows of this activation must fit the accumulator"
	.text
	.align	1
	.globl	fw_convert
	.type	fw_convert, @function
fw_convert:
	ld	a5,0(a0)
	addi	sp,sp,-336
	ld	a4,56(a0)
	sd	a5,32(sp)
	ld	a5,24(a0)
	sd	s0,320(sp)
	sd	s1,312(sp)
	sd	a5,40(sp)
	ld	a5,32(a0)
	sd	s3,296(sp)
	sd	s6,272(sp)
	sd	s7,264(sp)
	sd	ra,328(sp)
	sd	s2,304(sp)
	sd	s4,288(sp)
	sd	s5,280(sp)
	sd	s8,256(sp)
	sd	s9,248(sp)
	sd	s10,240(sp)
	sd	s11,232(sp)
	ld	s3,8(a0)
	ld	s6,16(a0)
	ld	s1,40(a0)
	ld	s7,48(a0)
	ld	a2,64(a0)
	lw	a3,72(a0)
	sext.w	s0,a4
	bne	a5,zero,.L537
	li	s5,1
	li	a1,4
.L547:
	addiw	a4,a4,-2
	andi	a4,a4,-3
	addi	s9,s3,15
	sd	a1,56(sp)
	sext.w	a4,a4
	srli	s2,s9,4
	li	s8,0
	andi	s9,s9,-16
	bne	a4,zero,.L510
	li	a4,1024
	li	s8,1
	bleu	s9,a4,.L510
	lla	a0,.LC29
	call	fw_refuse
.L537:
	li	s5,4
	li	a1,1
	j	.L547
.L510:
	li	a4,1
	ld	a1,.LC26
	slli	a4,a4,48
 #APP
# 51 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 0, x0, a1, a4
# 0 "" 2
 #NO_APP
	seqz	a5,a5
	ld	a4,.LC15
	slli	a5,a5,2
	or	a5,a5,a4
	ld	a4,40(sp)
	mul	s10,a4,s5
 #APP
# 66 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 0, x0, a5, s10
# 0 "" 2
 #NO_APP
	slli	a4,s7,32
	srli	a4,a4,32
	slli	a5,a2,32
	or	a5,a4,a5
	sd	a5,48(sp)
	slli	a5,s0,2
	andi	a5,a5,12
	ld	a4,48(sp)
	ori	a5,a5,2
 #APP
# 91 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 0, x0, a5, a4
# 0 "" 2
 #NO_APP
	li	a5,2
	bne	s0,a5,.L511
	li	a5,131072
	addi	a5,a5,3
	li	a4,0
 #APP
# 109 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 0, x0, a5, a4
# 0 "" 2
 #NO_APP
.L511:
	fmv.w.x	fa0,a3
	mv	a0,s0
	mv	s4,s2
	call	gemmini_config_activation
	bne	s8,zero,.L512
	li	a5,32
	bleu	s2,a5,.L512
	li	s4,32
.L512:
	sub	a5,s9,s3
	sd	a5,72(sp)
	addi	a5,s2,-1
	sd	a5,112(sp)
	slli	a5,a5,4
	sub	a5,s3,a5
	li	a4,268431360
	slli	a4,a4,20
	slli	a5,a5,32
	and	a5,a5,a4
	sd	a5,120(sp)
	li	a4,4
	li	a5,2
	bne	s0,a4,.L515
	li	a5,5
.L515:
	sd	a5,88(sp)
	li	a4,4
	li	a5,1
	bne	s0,a4,.L517
	li	a5,5
.L517:
	sd	a5,80(sp)
	li	a4,4
	li	a5,4
	bne	s0,a4,.L519
	li	a5,7
.L519:
	sd	a5,104(sp)
	li	a4,4
	li	a5,3
	bne	s0,a4,.L521
	li	a5,6
.L521:
	sd	a5,96(sp)
	slli	a5,s10,4
	sd	a5,144(sp)
	slli	a5,s7,4
	sd	a5,152(sp)
	mul	a5,s5,s4
	mv	s9,s6
	mv	t5,s1
	li	s11,0
	li	t4,0
	slli	a5,a5,4
	sd	a5,136(sp)
	li	a5,1
	slli	a5,a5,36
	sd	a5,168(sp)
.L522:
	ld	a5,32(sp)
	bleu	a5,s11,.L533
	sub	s6,a5,s11
	li	a5,16
	bleu	s6,a5,.L534
	li	s6,16
.L534:
	slli	a5,s6,48
	sd	a5,128(sp)
	li	a5,16
	sub	a5,a5,s6
	mv	s10,s2
	sd	s9,24(sp)
	li	s1,0
	sd	a5,160(sp)
	j	.L535
.L532:
	mv	a6,s4
	bleu	s4,s10,.L523
	mv	a6,s10
.L523:
	slli	a5,a6,4
	sd	a5,64(sp)
	add	a4,a5,t4
	li	a5,1024
	bleu	a4,a5,.L524
	li	t4,0
.L524:
	li	a5,-2147483648
	sext.w	t2,t4
	or	a4,t2,a5
	add	a5,s1,a6
	ld	a3,72(sp)
	sext.w	a4,a4
	beq	a5,s2,.L525
	li	a3,0
.L525:
	ld	a5,56(sp)
	ld	a7,160(sp)
	ld	a2,40(sp)
	ld	a1,24(sp)
	sd	a5,8(sp)
	sd	a3,0(sp)
	li	a5,1
	li	a0,0
	mv	a3,s5
	sd	t5,200(sp)
	sd	t2,192(sp)
	sd	t4,184(sp)
	sd	a6,176(sp)
	call	gemmini_load_blocks
	ld	t5,200(sp)
	slli	a0,s1,4
	ld	a6,176(sp)
	ld	t4,184(sp)
	ld	t2,192(sp)
	add	a0,a0,t5
	li	a5,0
	li	a4,0
	beq	s8,zero,.L527
.L526:
	bne	s6,a5,.L528
.L529:
	ld	a5,64(sp)
	ld	a4,136(sp)
	add	s1,s1,s4
	add	t4,t4,a5
	ld	a5,24(sp)
	sub	s10,s10,s4
	add	a5,a5,a4
	sd	a5,24(sp)
.L535:
	bltu	s1,s2,.L532
	ld	a5,144(sp)
	addi	s11,s11,16
	add	s9,s9,a5
	ld	a5,152(sp)
	add	t5,t5,a5
	j	.L522
.L528:
	ld	a4,88(sp)
	ld	a3,80(sp)
	addw	a1,a5,t2
	mv	a2,s3
	sd	t5,216(sp)
	sd	t4,208(sp)
	sd	t2,200(sp)
	sd	a5,192(sp)
	sd	a1,184(sp)
	sd	a0,176(sp)
	call	gemmini_norm_pass
	ld	a4,104(sp)
	ld	a3,96(sp)
	ld	a1,184(sp)
	ld	a0,176(sp)
	mv	a2,s3
	call	gemmini_norm_pass
	ld	a0,176(sp)
	ld	a1,184(sp)
	li	a4,0
	li	a3,0
	mv	a2,s3
	call	gemmini_norm_pass
	ld	a5,192(sp)
	ld	a0,176(sp)
	ld	t5,216(sp)
	ld	t4,208(sp)
	ld	t2,200(sp)
	addi	a5,a5,1
	add	a0,a0,s7
	j	.L526
.L531:
	slliw	a5,a4,4
	li	a2,-2147483648
	addw	a5,a5,t2
	ld	a7,112(sp)
	or	a5,a5,a2
	slli	a3,a4,4
	slli	a5,a5,32
	add	a2,s1,a4
	ld	a1,120(sp)
	add	a3,a3,a0
	srli	a5,a5,32
	beq	a2,a7,.L530
	ld	a1,168(sp)
.L530:
	ld	a2,128(sp)
	or	a5,a5,a2
	or	a5,a5,a1
 #APP
# 145 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 3, x0, a3, a5
# 0 "" 2
 #NO_APP
	addi	a4,a4,1
.L527:
	bne	a6,a4,.L531
	j	.L529
.L533:
	li	a5,4
	bne	s0,a5,.L536
	li	a5,6
	ld	a4,48(sp)
 #APP
# 91 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 0, x0, a5, a4
# 0 "" 2
 #NO_APP
.L536:
 #APP
# 24 "../include/gemmini.h" 1
	fence
# 0 "" 2
 #NO_APP
	ld	ra,328(sp)
	ld	s0,320(sp)
	ld	s1,312(sp)
	ld	s2,304(sp)
	ld	s3,296(sp)
	ld	s4,288(sp)
	ld	s5,280(sp)
	ld	s6,272(sp)
	ld	s7,264(sp)
	ld	s8,256(sp)
	ld	s9,248(sp)
	ld	s10,240(sp)
	ld	s11,232(sp)
	addi	sp,sp,336
	jr	ra
	.size	fw_convert, .-fw_convert
	.align	1
	.globl	fw_im2col
	.type	fw_im2col, @function
fw_im2col:
	addi	sp,sp,-176
	lw	a5,48(a0)
	lw	t1,16(a0)
	sd	s1,160(sp)
	lw	s1,8(a0)
	lw	a7,32(a0)
	slliw	a4,a5,1
	sd	s0,168(sp)
	ld	s0,40(a0)
	addw	a3,s1,a4
	addw	a4,a4,t1
	subw	a3,a3,a7
	subw	a4,a4,a7
	divw	a3,a3,s0
	ld	a2,56(a0)
	sd	s3,144(sp)
	ld	s3,64(a0)
	sd	a2,32(sp)
	sd	s2,152(sp)
	sd	s4,136(sp)
	sd	s5,128(sp)
	sd	s6,120(sp)
	sd	s7,112(sp)
	sd	s8,104(sp)
	sd	s9,96(sp)
	sd	s10,88(sp)
	sd	s11,80(sp)
	li	t6,0
	li	s2,0
	divw	a4,a4,s0
	sd	a3,8(sp)
	ld	a3,24(a0)
	sd	a4,16(sp)
	lw	a4,0(a0)
	sd	a4,24(sp)
	sext.w	a4,a3
	mul	a2,t1,a4
	slli	a3,a3,32
	srli	a3,a3,32
	sd	a3,72(sp)
	sd	a2,40(sp)
.L549:
	ld	a3,24(sp)
	ble	a3,s2,.L548
	sub	a3,t6,a5
	sext.w	a6,s0
	mv	t2,a5
	li	a0,0
	li	t0,0
	sd	a3,64(sp)
	j	.L563
.L556:
	or	a1,t4,a3
	sext.w	a1,a1
	li	t5,0
	blt	a1,zero,.L550
	ble	s1,s9,.L550
	sext.w	t5,t4
	sgt	t5,t1,t5
.L550:
	ld	s7,32(sp)
	li	a1,0
	add	s10,s7,s6
.L551:
	sext.w	s7,a1
	bgt	a4,s7,.L553
	li	a1,0
	blt	a4,zero,.L555
	ld	a1,72(sp)
.L555:
	addiw	t4,t4,1
	add	s3,s3,a1
	addw	a1,t4,s5
	add	s6,s6,a4
	blt	a1,a7,.L556
	ld	a1,40(sp)
	addiw	a3,a3,1
	add	a2,a2,a1
.L559:
	addw	a1,a3,t2
	bge	a1,a7,.L557
	mv	t4,s8
	mv	s6,a2
	sext.w	s9,a3
	j	.L556
.L553:
	li	s7,0
	beq	t5,zero,.L552
	add	s7,s10,a1
	lb	s7,0(s7)
.L552:
	add	s11,s3,a1
	sb	s7,0(s11)
	addi	a1,a1,1
	j	.L551
.L557:
	addiw	s4,s4,1
	addw	t3,t3,a6
	subw	s5,s5,a6
.L561:
	ld	a3,16(sp)
	blt	a3,s4,.L558
	ld	a3,48(sp)
	subw	s8,t3,a5
	add	a2,a3,t3
	mul	a2,a2,a4
	ld	a3,56(sp)
	j	.L559
.L558:
	addiw	t0,t0,1
	subw	t2,t2,a6
	addw	a0,a6,a0
.L563:
	ld	a3,8(sp)
	blt	a3,t0,.L560
	ld	a3,64(sp)
	mv	s5,a5
	li	t3,0
	add	a3,a3,a0
	mul	a3,a3,t1
	li	s4,0
	sub	a3,a3,a5
	sd	a3,48(sp)
	subw	a3,a0,a5
	sd	a3,56(sp)
	j	.L561
.L560:
	addiw	s2,s2,1
	add	t6,t6,s1
	j	.L549
.L548:
	ld	s0,168(sp)
	ld	s1,160(sp)
	ld	s2,152(sp)
	ld	s3,144(sp)
	ld	s4,136(sp)
	ld	s5,128(sp)
	ld	s6,120(sp)
	ld	s7,112(sp)
	ld	s8,104(sp)
	ld	s9,96(sp)
	ld	s10,88(sp)
	ld	s11,80(sp)
	addi	sp,sp,176
	jr	ra
	.size	fw_im2col, .-fw_im2col
	.section	.srodata.cst8,"aM",@progbits,8
	.align	3
.LC0:
	.word	1719600474
	.word	1073127582
	.align	3
.LC1:
	.word	-20615843
	.word	-1076724814
	.align	3
.LC2:
	.word	0
	.word	1072693248
	.align	3
.LC3:
	.word	-240518169
	.word	-1073984046
	.align	3
.LC4:
	.word	-1643495006
	.word	1072049730
	.align	3
.LC5:
	.word	-68719477
	.word	1071051177
	.align	3
.LC6:
	.word	-1821066134
	.word	1070990360
	.align	3
.LC7:
	.word	1408749273
	.word	1073063395
	.align	3
.LC14:
	.dword	4575657221408489472
	.align	3
.LC15:
	.dword	4575657221409472769
	.align	3
.LC16:
	.dword	4575657221409472777
	.align	3
.LC17:
	.dword	4575657221409472785
	.align	3
.LC25:
	.dword	4575657221408489484
	.align	3
.LC26:
	.dword	4575657221408489476
	.align	3
.LC27:
	.dword	4575657221408489733
	.set	.LC28,.LC14+4
