# training.c as riscv64-unknown-elf-gcc 12.2.0 compiles it; do not edit.
# Made by "node scripts/run.mjs scripts/compile-firmware.ts".

	.file	"training.c"
	.option nopic
	.attribute arch, "rv64i2p1_m2p0_a2p1_f2p2_d2p2_c2p0_zicsr2p0"
	.attribute unaligned_access, 0
	.attribute stack_align, 16
	.text
	.align	1
	.type	update, @function
update:
	li	a5,0
	flw	fa3,.LC0,a4
	li	a3,64
.L2:
	add	a2,a1,a5
	flw	fa5,0(a2)
	add	a4,a0,a5
	flw	fa4,0(a4)
	fdiv.s	fa5,fa5,fa0
	addi	a5,a5,4
	fnmsub.s	fa5,fa5,fa3,fa4
	fsw	fa5,0(a4)
	bne	a5,a3,.L2
	ret
	.size	update, .-update
	.align	1
	.type	print_number, @function
print_number:
	addi	sp,sp,-32
	sd	ra,24(sp)
	sd	s0,16(sp)
	sd	s1,8(sp)
	mv	s0,a2
	mv	s1,a1
	call	fw_print
	mv	a0,s1
	call	fw_print_decimal
	mv	a0,s0
	ld	s0,16(sp)
	ld	ra,24(sp)
	ld	s1,8(sp)
	addi	sp,sp,32
	tail	fw_print
	.size	print_number, .-print_number
	.section	.rodata.str1.8,"aMS",@progbits,1
	.align	3
.LC1:
	.string	", weights changed"
	.align	3
.LC2:
	.string	", weights unchanged"
	.align	3
.LC3:
	.string	""
	.align	3
.LC4:
	.string	": largest gradient at first 2^"
	.align	3
.LC5:
	.string	", fp16 gradients that are not 0: "
	.align	3
.LC6:
	.string	" of "
	.align	3
.LC7:
	.string	"e-6"
	.align	3
.LC9:
	.string	", loss "
	.align	3
.LC10:
	.string	"e-6\n"
	.align	3
.LC11:
	.string	" to "
	.text
	.align	1
	.type	print_report, @function
print_report:
	addi	sp,sp,-32
	sd	ra,24(sp)
	sd	s0,16(sp)
	fsd	fs0,8(sp)
	mv	s0,a1
	call	fw_print
	lw	a1,12(s0)
	lla	a2,.LC3
	lla	a0,.LC4
	call	print_number
	lw	a1,8(s0)
	lla	a2,.LC3
	lla	a0,.LC5
	call	print_number
	lbu	a5,16(s0)
	lla	a2,.LC1
	bne	a5,zero,.L7
	lla	a2,.LC2
.L7:
	li	a1,53248
	addi	a1,a1,-2048
	lla	a0,.LC6
	call	print_number
	flw	fa5,0(s0)
	flw	fs0,.LC8,a5
	lla	a2,.LC7
	fmul.s	fa5,fa5,fs0
	lla	a0,.LC9
	fcvt.l.s a1,fa5,rtz
	call	print_number
	flw	fa5,4(s0)
	ld	s0,16(sp)
	ld	ra,24(sp)
	fmul.s	fa5,fa5,fs0
	fld	fs0,8(sp)
	lla	a2,.LC10
	lla	a0,.LC11
	fcvt.l.s a1,fa5,rtz
	addi	sp,sp,32
	tail	print_number
	.size	print_report, .-print_report
	.align	1
	.type	apply_weights, @function
apply_weights:
	ld	a5,.LC12
	slli	a3,a3,9
	or	a3,a3,a5
	li	a5,1
	slli	a5,a5,48
 #APP
# 51 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 0, x0, a3, a5
# 0 "" 2
 #NO_APP
	ld	a5,.LC13
	li	a4,8
 #APP
# 66 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 0, x0, a5, a4
# 0 "" 2
 #NO_APP
	li	a5,127
	slli	a5,a5,55
	li	a4,2
	addi	a5,a5,16
 #APP
# 91 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 0, x0, a4, a5
# 0 "" 2
 #NO_APP
	li	a4,268439552
	li	a6,1073762304
	slli	a4,a4,22
	slli	a6,a6,20
	li	a3,0
	addi	t1,a4,4
	li	t5,-2147483648
	addi	a6,a6,-1
	li	t4,-1610612736
	li	t3,4
.L13:
	slli	a7,a3,5
	slliw	a5,a3,2
	add	a7,a1,a7
 #APP
# 133 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 2, x0, a7, a4
# 0 "" 2
# 133 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 2, x0, a2, t1
# 0 "" 2
 #NO_APP
	or	a7,a5,t5
	slli	a7,a7,32
	srli	a7,a7,32
	or	a7,a7,a4
 #APP
# 187 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 6, x0, t1, a7
# 0 "" 2
# 159 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 4, x0, a4, a6
# 0 "" 2
 #NO_APP
	or	a5,a5,t4
	slli	a5,a5,32
	slli	a7,a3,6
	srli	a5,a5,32
	add	a7,a0,a7
	or	a5,a5,a4
 #APP
# 145 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 3, x0, a7, a5
# 0 "" 2
 #NO_APP
	addi	a3,a3,1
	bne	a3,t3,.L13
 #APP
# 24 "../include/gemmini.h" 1
	fence
# 0 "" 2
 #NO_APP
	ret
	.size	apply_weights, .-apply_weights
	.align	1
	.type	to_halves.constprop.0, @function
to_halves.constprop.0:
	addi	sp,sp,-80
	li	a7,32768
	li	t3,-2147483648
	li	t4,8388608
	sd	s0,72(sp)
	sd	s1,64(sp)
	sd	s2,56(sp)
	sd	s3,48(sp)
	sd	s4,40(sp)
	sd	s5,32(sp)
	mv	t1,a0
	addi	s4,a7,-1024
	addi	s5,a7,-512
	sd	s6,24(sp)
	sd	s7,16(sp)
	sd	s8,8(sp)
	sd	s9,0(sp)
	li	a6,0
	li	a0,0
	xori	t3,t3,-1
	li	t6,32768
	li	t0,2139095040
	li	t2,15
	li	s0,-25
	li	t5,-14
	addi	t4,t4,-1
	li	s1,8388608
	li	s2,-1
	li	s3,1
	addi	a7,a7,-1
.L16:
	sext.w	a5,a6
	bgt	a2,a5,.L23
	ld	s0,72(sp)
	ld	s1,64(sp)
	ld	s2,56(sp)
	ld	s3,48(sp)
	ld	s4,40(sp)
	ld	s5,32(sp)
	ld	s6,24(sp)
	ld	s7,16(sp)
	ld	s8,8(sp)
	ld	s9,0(sp)
	addi	sp,sp,80
	jr	ra
.L23:
	slli	a5,a6,2
	add	a5,a1,a5
	lw	a4,0(a5)
	srliw	a5,a4,16
	and	a5,a5,t6
	slli	a5,a5,48
	and	a3,a4,t3
	srli	a5,a5,48
	bleu	a3,t0,.L17
	or	a5,a5,s5
.L30:
	slli	a5,a5,48
.L29:
	srli	a5,a5,48
.L18:
	slli	a4,a6,1
	add	a4,t1,a4
	sh	a5,0(a4)
	and	a5,a5,a7
	snez	a5,a5
	addw	a0,a5,a0
	addi	a6,a6,1
	j	.L16
.L17:
	srliw	a3,a3,23
	addiw	s8,a3,-127
	sext.w	s7,s8
	ble	s7,t2,.L19
	or	a5,a5,s4
	j	.L30
.L19:
	blt	s7,s0,.L18
	li	s6,13
	bge	s7,t5,.L20
	not	s8,s8
	sext.w	s6,s8
.L20:
	sllw	s9,s2,s6
	and	a4,a4,t4
	or	a4,a4,s1
	not	s9,s9
	srlw	s8,a4,s6
	and	a4,a4,s9
	addiw	s6,s6,-1
	sext.w	a4,a4
	sllw	s6,s3,s6
	li	s9,1
	bgtu	a4,s6,.L21
	li	s9,0
	bne	a4,s6,.L21
	andi	s9,s8,1
.L21:
	addw	s8,s8,s9
	slli	s8,s8,48
	srli	s8,s8,48
	li	a4,0
	blt	s7,t5,.L22
	addiw	a3,a3,-113
	slliw	a3,a3,10
	slli	a4,a3,48
	srli	a4,a4,48
.L22:
	addw	s8,s8,a4
	or	s8,a5,s8
	slli	a5,s8,48
	j	.L29
	.size	to_halves.constprop.0, .-to_halves.constprop.0
	.align	1
	.type	forward, @function
forward:
	addi	sp,sp,-32
	li	a2,16
	lla	a1,.LANCHOR0
	lla	a0,.LANCHOR0+64
	sd	ra,24(sp)
	fsd	fs0,8(sp)
	fmv.s	fs0,fa0
	call	to_halves.constprop.0
	li	a2,16
	lla	a1,.LANCHOR0+96
	lla	a0,.LANCHOR0+160
	call	to_halves.constprop.0
	li	a3,0
	lla	a2,.LANCHOR0+64
	lla	a1,.LANCHOR0+192
	lla	a0,.LANCHOR0+320
	call	apply_weights
	fmv.w.x	fa4,zero
	lla	a5,.LANCHOR0+320
	lla	a4,.LANCHOR0+576
.L34:
	flw	fa5,0(a5)
	fgt.s	a3,fa5,fa4
	bne	a3,zero,.L32
	fmv.w.x	fa5,zero
.L32:
	fsw	fa5,0(a5)
	addi	a5,a5,4
	bne	a5,a4,.L34
	li	a2,64
	lla	a1,.LANCHOR0+320
	lla	a0,.LANCHOR0+576
	call	to_halves.constprop.0
	lla	a2,.LANCHOR0+160
	lla	a0,.LANCHOR0+704
	li	a3,0
	lla	a1,.LANCHOR0+576
	call	apply_weights
	fmv.w.x	fa4,zero
	flw	fa3,.LC14,a4
	li	a5,0
	lla	a6,.LANCHOR0+704
	lla	a0,.LANCHOR0+960
	lla	a2,.LANCHOR0+1216
	li	a4,256
.L35:
	add	a3,a0,a5
	add	a1,a6,a5
	flw	fa2,0(a3)
	flw	fa5,0(a1)
	add	a3,a2,a5
	addi	a5,a5,4
	fsub.s	fa5,fa5,fa2
	fmadd.s	fa4,fa5,fa5,fa4
	fmul.s	fa5,fa5,fa3
	fmul.s	fa5,fa5,fs0
	fsw	fa5,0(a3)
	bne	a5,a4,.L35
	ld	ra,24(sp)
	flw	fa0,.LC15,a5
	fld	fs0,8(sp)
	fmul.s	fa0,fa4,fa0
	addi	sp,sp,32
	jr	ra
	.size	forward, .-forward
	.align	1
	.type	sum_over_samples, @function
sum_over_samples:
	li	a5,1
	ld	a4,.LC16
	slli	a5,a5,48
 #APP
# 51 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 0, x0, a4, a5
# 0 "" 2
 #NO_APP
	ld	a5,.LC13
	li	a4,8
 #APP
# 66 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 0, x0, a5, a4
# 0 "" 2
 #NO_APP
	li	a5,127
	slli	a5,a5,55
	li	a4,2
	addi	a5,a5,16
 #APP
# 91 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 0, x0, a4, a5
# 0 "" 2
 #NO_APP
	li	a5,268439552
	li	a6,1073762304
	slli	a5,a5,22
	slli	a6,a6,20
	li	a3,0
	addi	t1,a5,4
	addi	a6,a6,-1
	li	t3,4
.L42:
	li	a4,-2147483648
	beq	a3,zero,.L41
	li	a4,-1073741824
.L41:
	slli	a7,a3,5
	add	t4,a1,a7
 #APP
# 133 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 2, x0, t4, a5
# 0 "" 2
 #NO_APP
	add	a7,a2,a7
 #APP
# 133 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 2, x0, a7, t1
# 0 "" 2
 #NO_APP
	slli	a4,a4,32
	srli	a4,a4,32
	or	a4,a4,a5
 #APP
# 187 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 6, x0, t1, a4
# 0 "" 2
# 159 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 4, x0, a5, a6
# 0 "" 2
 #NO_APP
	addi	a3,a3,1
	bne	a3,t3,.L42
	li	a5,2097152
	addi	a5,a5,37
	slli	a5,a5,29
 #APP
# 145 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 3, x0, a0, a5
# 0 "" 2
# 24 "../include/gemmini.h" 1
	fence
# 0 "" 2
 #NO_APP
	ret
	.size	sum_over_samples, .-sum_over_samples
	.align	1
	.type	train, @function
train:
	addi	sp,sp,-128
	fsd	fs0,8(sp)
	fmv.s	fs0,fa0
	sd	s3,88(sp)
	sd	s4,80(sp)
	sd	s5,72(sp)
	sd	s6,64(sp)
	sd	s7,56(sp)
	sd	ra,120(sp)
	sd	s0,112(sp)
	sd	s1,104(sp)
	sd	s2,96(sp)
	sd	s8,48(sp)
	sd	s9,40(sp)
	sd	s10,32(sp)
	sd	s11,24(sp)
	fsd	fs1,0(sp)
	mv	s3,a0
	li	a4,0
	lla	s4,.LANCHOR0
	lla	s5,.LANCHOR1
	lla	s6,.LANCHOR0+96
	lla	s7,.LANCHOR1+64
	li	a3,64
.L46:
	add	a1,s5,a4
	flw	fa5,0(a1)
	add	a2,s4,a4
	add	a1,s7,a4
	fsw	fa5,0(a2)
	flw	fa5,0(a1)
	add	a2,s6,a4
	addi	a4,a4,4
	fsw	fa5,0(a2)
	bne	a4,a3,.L46
	fmv.s	fa0,fs0
	call	forward
	fmv.s	fs1,fa0
	li	a1,-2147483648
	lla	a4,.LANCHOR0+1216
	lla	a0,.LANCHOR0+1472
	li	a2,0
	xori	a1,a1,-1
.L48:
	lw	a3,0(a4)
	and	a3,a3,a1
	mv	s1,a3
	bgeu	a3,a2,.L47
	mv	s1,a2
.L47:
	addi	a4,a4,4
	sext.w	a2,s1
	bne	a0,a4,.L48
	srliw	s1,s1,23
	addiw	s1,s1,-127
	li	s9,400
	li	s8,0
	lla	s11,.LANCHOR0+1216
	lla	s2,.LANCHOR0+1664
	lla	s10,.LANCHOR0+320
.L51:
	li	a2,64
	mv	a1,s11
	lla	a0,.LANCHOR0+1472
	call	to_halves.constprop.0
	lla	a2,.LANCHOR0+1472
	lla	a1,.LANCHOR0+576
	mv	s0,a0
	lla	a0,.LANCHOR0+1600
	call	sum_over_samples
	li	a3,1
	lla	a2,.LANCHOR0+160
	lla	a1,.LANCHOR0+1472
	mv	a0,s2
	call	apply_weights
	fmv.w.x	fa5,zero
	li	a4,0
	li	a3,256
.L50:
	add	a2,s10,a4
	flw	fa4,0(a2)
	feq.s	a2,fa4,fa5
	beq	a2,zero,.L49
	add	a2,s2,a4
	sw	zero,0(a2)
.L49:
	addi	a4,a4,4
	bne	a4,a3,.L50
	li	a2,64
	mv	a1,s2
	lla	a0,.LANCHOR0+1920
	call	to_halves.constprop.0
	lla	a2,.LANCHOR0+1920
	addw	s0,s0,a0
	lla	a1,.LANCHOR0+192
	lla	a0,.LANCHOR2-2048
	call	sum_over_samples
	fmv.s	fa0,fs0
	lla	a1,.LANCHOR2-2048
	lla	a0,.LANCHOR0
	call	update
	fmv.s	fa0,fs0
	lla	a1,.LANCHOR0+1600
	lla	a0,.LANCHOR0+96
	call	update
	fmv.s	fa0,fs0
	addw	s8,s0,s8
	addiw	s9,s9,-1
	mv	s0,s8
	call	forward
	bne	s9,zero,.L51
	li	a4,0
	li	a3,0
	li	a0,64
.L53:
	add	a1,s4,a4
	add	a2,s5,a4
	flw	fa5,0(a2)
	flw	fa4,0(a1)
	sext.w	a3,a3
	li	a2,1
	feq.s	a1,fa4,fa5
	beq	a1,zero,.L52
	add	a2,s7,a4
	add	a1,s6,a4
	flw	fa4,0(a1)
	flw	fa5,0(a2)
	feq.s	a2,fa4,fa5
	xori	a2,a2,1
.L52:
	addi	a4,a4,4
	or	a3,a3,a2
	bne	a4,a0,.L53
	sw	s0,8(s3)
	ld	ra,120(sp)
	ld	s0,112(sp)
	fsw	fs1,0(s3)
	sw	s1,12(s3)
	fsw	fa0,4(s3)
	sb	a3,16(s3)
	ld	s1,104(sp)
	ld	s2,96(sp)
	ld	s4,80(sp)
	ld	s5,72(sp)
	ld	s6,64(sp)
	ld	s7,56(sp)
	ld	s8,48(sp)
	ld	s9,40(sp)
	ld	s10,32(sp)
	ld	s11,24(sp)
	fld	fs0,8(sp)
	fld	fs1,0(sp)
	mv	a0,s3
	ld	s3,88(sp)
	addi	sp,sp,128
	jr	ra
	.size	train, .-train
	.section	.rodata.str1.8
	.align	3
.LC21:
	.string	"without loss scaling"
	.align	3
.LC22:
	.string	"with loss scaling"
	.section	.text.startup,"ax",@progbits
	.align	1
	.globl	main
	.type	main, @function
main:
	addi	sp,sp,-64
	sd	ra,56(sp)
	li	a5,0
 #APP
# 195 "../include/gemmini.h" 1
	.insn r 0x7b, 3, 7, x0, a5, a5
# 0 "" 2
 #NO_APP
	lla	a4,.LANCHOR2-1984
	li	a0,1662976
	li	a1,1013903360
	lla	a6,.LANCHOR2-1728
	mv	a3,a4
	li	a2,1
	addiw	a0,a0,1549
	addiw	a1,a1,863
	flw	fa4,.LC17,a5
.L62:
	mulw	a2,a2,a0
	addi	a3,a3,4
	addw	a2,a2,a1
	srliw	a5,a2,24
	addiw	a5,a5,-128
	fcvt.s.w	fa5,a5
	fmul.s	fa5,fa5,fa4
	fsw	fa5,-4(a3)
	bne	a3,a6,.L62
	fmv.w.x	fa3,zero
	lla	a0,.LANCHOR0+960
	li	a6,0
	flw	fa2,.LC18,a5
	li	a7,4
	li	t1,64
.L63:
	mv	a1,a0
	mv	a2,a4
	li	a3,0
.L68:
	flw	fa4,0(a2)
	fgt.s	a5,fa4,fa3
	bne	a5,zero,.L64
	fmv.w.x	fa4,zero
.L64:
	addiw	a3,a3,1
	andi	a5,a3,3
	slli	a5,a5,2
	add	a5,a4,a5
	flw	fa5,0(a5)
	fgt.s	a5,fa5,fa3
	bne	a5,zero,.L66
	fmv.w.x	fa5,zero
.L66:
	fmadd.s	fa5,fa5,fa2,fa4
	addi	a2,a2,4
	addi	a1,a1,4
	fsw	fa5,-4(a1)
	bne	a3,a7,.L68
	addiw	a6,a6,4
	addi	a4,a4,16
	addi	a0,a0,16
	bne	a6,t1,.L63
	li	a2,64
	lla	a1,.LANCHOR2-1984
	lla	a0,.LANCHOR0+192
	call	to_halves.constprop.0
	flw	fa0,.LC19,a5
	mv	a0,sp
	call	train
	flw	fa0,.LC20,a5
	addi	a0,sp,24
	call	train
	mv	a1,sp
	lla	a0,.LC21
	call	print_report
	lla	a0,.LC22
	addi	a1,sp,24
	call	print_report
	lw	a4,8(sp)
	lbu	a5,40(sp)
	li	a0,1
	bne	a4,zero,.L70
	lbu	a4,16(sp)
	bne	a4,zero,.L70
	bne	a5,zero,.L71
.L72:
	ld	ra,56(sp)
	addi	sp,sp,64
	jr	ra
.L70:
	beq	a5,zero,.L72
	li	a0,0
.L71:
	flw	fa5,28(sp)
	flw	fa4,.LC23,a5
	xori	a0,a0,1
	fmul.s	fa5,fa5,fa4
	flw	fa4,24(sp)
	fle.s	a5,fa5,fa4
	bne	a5,zero,.L72
	li	a0,1
	j	.L72
	.size	main, .-main
	.globl	w2
	.globl	w1
	.globl	w2_gradient
	.globl	w1_gradient
	.globl	hidden_gradient
	.globl	output_gradient
	.globl	hidden_gradient_half
	.globl	output_gradient_half
	.globl	w2_half
	.globl	w1_half
	.globl	hidden_half
	.globl	x_half
	.section	.srodata.cst4,"aM",@progbits,4
	.align	2
.LC0:
	.word	1249902592
	.align	2
.LC8:
	.word	1232348160
	.section	.srodata.cst8,"aM",@progbits,8
	.align	3
.LC12:
	.dword	4575657221408489476
	.align	3
.LC13:
	.dword	65970697928961
	.section	.srodata.cst4
	.align	2
.LC14:
	.word	822083584
	.align	2
.LC15:
	.word	1015021568
	.section	.srodata.cst8
	.align	3
.LC16:
	.dword	4575657221408489732
	.section	.srodata.cst4
	.align	2
.LC17:
	.word	1006632960
	.align	2
.LC18:
	.word	1056964608
	.set	.LC19,.LC12+4
	.align	2
.LC20:
	.word	1266679808
	.align	2
.LC23:
	.word	1092616192
	.section	.rodata
	.align	3
	.set	.LANCHOR1,. + 0
	.type	first_w1, @object
	.size	first_w1, 64
first_w1:
	.word	1056964608
	.word	-1097229926
	.word	1045220557
	.word	1053609165
	.word	-1102263091
	.word	1058642330
	.word	1050253722
	.word	-1110651699
	.word	1036831949
	.word	1045220557
	.word	-1090519040
	.word	1050253722
	.word	1050253722
	.word	1036831949
	.word	1053609165
	.word	-1093874483
	.type	first_w2, @object
	.size	first_w2, 64
first_w2:
	.word	1050253722
	.word	-1093874483
	.word	1045220557
	.word	1036831949
	.word	1045220557
	.word	1056964608
	.word	-1110651699
	.word	1050253722
	.word	-1097229926
	.word	1036831949
	.word	1053609165
	.word	1045220557
	.word	1053609165
	.word	1045220557
	.word	1036831949
	.word	-1090519040
	.bss
	.align	3
	.set	.LANCHOR0,. + 0
	.set	.LANCHOR2,. + 4096
	.type	w1, @object
	.size	w1, 64
w1:
	.zero	64
	.type	w1_half, @object
	.size	w1_half, 32
w1_half:
	.zero	32
	.type	w2, @object
	.size	w2, 64
w2:
	.zero	64
	.type	w2_half, @object
	.size	w2_half, 32
w2_half:
	.zero	32
	.type	x_half, @object
	.size	x_half, 128
x_half:
	.zero	128
	.type	hidden, @object
	.size	hidden, 256
hidden:
	.zero	256
	.type	hidden_half, @object
	.size	hidden_half, 128
hidden_half:
	.zero	128
	.type	output, @object
	.size	output, 256
output:
	.zero	256
	.type	target, @object
	.size	target, 256
target:
	.zero	256
	.type	output_gradient, @object
	.size	output_gradient, 256
output_gradient:
	.zero	256
	.type	output_gradient_half, @object
	.size	output_gradient_half, 128
output_gradient_half:
	.zero	128
	.type	w2_gradient, @object
	.size	w2_gradient, 64
w2_gradient:
	.zero	64
	.type	hidden_gradient, @object
	.size	hidden_gradient, 256
hidden_gradient:
	.zero	256
	.type	hidden_gradient_half, @object
	.size	hidden_gradient_half, 128
hidden_gradient_half:
	.zero	128
	.type	w1_gradient, @object
	.size	w1_gradient, 64
w1_gradient:
	.zero	64
	.type	x, @object
	.size	x, 256
x:
	.zero	256
