	.file	"host-kernels.c"
	.option nopic
	.attribute arch, "rv64i2p1_m2p0_a2p1_f2p2_d2p2_c2p0_zicsr2p0_zifencei2p0"
	.attribute unaligned_access, 0
	.attribute stack_align, 16
	.text
	.align	1
	.type	fibonacci, @function
fibonacci:
	li	a5,1
	beq	a0,a5,.L4
	addi	sp,sp,-48
	sd	s0,32(sp)
	sd	s1,24(sp)
	sd	s2,16(sp)
	sd	s3,8(sp)
	sd	ra,40(sp)
	mv	s1,a0
	mv	s0,a0
	li	s2,0
	li	s3,1
.L3:
	addi	a0,s0,-1
	call	fibonacci
	addi	s0,s0,-2
	add	s2,s2,a0
	bgtu	s0,s3,.L3
	ld	ra,40(sp)
	ld	s0,32(sp)
	andi	a0,s1,1
	ld	s3,8(sp)
	ld	s1,24(sp)
	add	a0,a0,s2
	ld	s2,16(sp)
	addi	sp,sp,48
	jr	ra
.L4:
	li	a0,1
	ret
	.size	fibonacci, .-fibonacci
	.align	1
	.type	mergeSort, @function
mergeSort:
	li	a5,1
	ble	a1,a5,.L26
	addi	sp,sp,-80
	sd	s1,56(sp)
	sd	s2,48(sp)
	sd	s3,40(sp)
	mv	s2,a1
	sraiw	s3,a1,1
	sd	ra,72(sp)
	sd	s0,64(sp)
	srai	a1,a1,1
	mv	s1,a0
	li	a5,0
.L13:
	addiw	a5,a5,1
	mv	a4,s1
	ld	s1,0(s1)
	bne	a1,a5,.L13
	sd	zero,0(a4)
	call	mergeSort
	mv	s0,a0
	subw	a1,s2,s3
	mv	a0,s1
	sd	s0,0(sp)
	call	mergeSort
	sd	a0,8(sp)
	addi	a4,sp,16
	beq	s0,zero,.L29
	beq	a0,zero,.L19
.L18:
	lw	a2,8(s0)
	lw	a3,8(a0)
	mv	a5,sp
	ble	a2,a3,.L16
	mv	s0,a0
	addi	a5,sp,8
.L16:
	sd	s0,0(a4)
	ld	a3,0(s0)
	mv	a4,s0
	sd	a3,0(a5)
	ld	a5,0(sp)
	beq	a5,zero,.L17
	ld	a0,8(sp)
	mv	s0,a5
	bne	a0,zero,.L18
.L19:
	sd	s0,0(a4)
	ld	ra,72(sp)
	ld	s0,64(sp)
	ld	a0,16(sp)
	ld	s1,56(sp)
	ld	s2,48(sp)
	ld	s3,40(sp)
	addi	sp,sp,80
	jr	ra
.L26:
	ret
.L17:
	ld	s0,8(sp)
	j	.L19
.L29:
	mv	s0,a0
	j	.L19
	.size	mergeSort, .-mergeSort
	.align	1
	.globl	run
	.type	run, @function
run:
	addi	sp,sp,-144
	sd	s2,112(sp)
	sd	ra,136(sp)
	sd	s0,128(sp)
	sd	s1,120(sp)
	sd	s3,104(sp)
	sd	s4,96(sp)
	sd	s5,88(sp)
	sd	s6,80(sp)
	sd	s7,72(sp)
	sd	s8,64(sp)
	sd	s9,56(sp)
	li	a5,8
	mv	s2,a1
	bgtu	a0,a5,.L31
	lla	a4,.L33
	slli	a5,a0,2
	add	a5,a5,a4
	lw	a5,0(a5)
	mv	a3,a0
	add	a5,a5,a4
	jr	a5
	.section	.rodata
	.align	2
	.align	2
.L33:
	.word	.L41-.L33
	.word	.L40-.L33
	.word	.L39-.L33
	.word	.L38-.L33
	.word	.L37-.L33
	.word	.L36-.L33
	.word	.L35-.L33
	.word	.L34-.L33
	.word	.L32-.L33
	.text
.L31:
	sd	zero,0(sp)
	sd	zero,8(sp)
	sd	zero,16(sp)
	sd	zero,24(sp)
	sd	zero,32(sp)
	sd	zero,40(sp)
	slli	s0,a1,2
	beq	s0,zero,.L30
	li	t1,0
	li	a1,0
	li	t0,4
	li	a6,9
	li	a0,32
	lla	t5,.L82
	li	t6,45
	li	t4,101
	li	a7,46
.L78:
	lla	a4,.LANCHOR0
	li	a5,49
	li	a3,0
.L100:
	bgtu	a3,t0,.L80
	slli	a3,a3,2
	add	a3,a3,t5
	lw	a3,0(a3)
	add	a3,a3,t5
	jr	a3
	.section	.rodata
	.align	2
	.align	2
.L82:
	.word	.L80-.L82
	.word	.L85-.L82
	.word	.L84-.L82
	.word	.L83-.L82
	.word	.L97-.L82
	.text
.L35:
	li	a3,0
	lla	a0,bytes+8192
	li	a1,32768
	beq	s2,zero,.L46
.L45:
	lla	a5,bytes
.L64:
	ld	a4,0(a5)
	add	a2,a5,a1
	addi	a5,a5,8
	add	a4,a4,a3
	sd	a4,0(a2)
	bne	a0,a5,.L64
	addi	a3,a3,1
	bne	s2,a3,.L45
.L46:
	lbu	s0,bytes+40000
.L30:
	ld	ra,136(sp)
	mv	a0,s0
	ld	s0,128(sp)
	ld	s1,120(sp)
	ld	s2,112(sp)
	ld	s3,104(sp)
	ld	s4,96(sp)
	ld	s5,88(sp)
	ld	s6,80(sp)
	ld	s7,72(sp)
	ld	s8,64(sp)
	ld	s9,56(sp)
	addi	sp,sp,144
	jr	ra
.L32:
	lla	a7,matrixA
	lla	t1,matrixB
	mv	t4,t1
	mv	t3,a7
	li	a1,32
	li	a6,0
	li	t6,32
.L42:
	addiw	a5,a1,-32
	slli	a4,a6,48
	slli	a5,a5,48
	srli	a4,a4,48
	srli	a5,a5,48
	mv	a2,t4
	mv	a3,t3
	sext.w	t5,a1
.L69:
	addiw	a0,a5,1
	sh	a5,0(a3)
	sh	a4,0(a2)
	slli	a5,a0,48
	addiw	a4,a4,-3
	slli	a4,a4,48
	srli	a5,a5,48
	addi	a3,a3,2
	srli	a4,a4,48
	addi	a2,a2,2
	bne	a5,t5,.L69
	addiw	a1,a1,7
	slli	a1,a1,48
	addiw	a6,a6,1
	addi	t3,t3,64
	addi	t4,t4,64
	srli	a1,a1,48
	bne	a6,t6,.L42
	beq	s2,zero,.L48
	li	a6,4096
	addi	a6,a6,-2048
	li	s0,0
	li	t3,0
	lla	t6,matrixB+64
	lla	t0,matrixC
	add	a6,a7,a6
	li	s1,32
.L71:
	lla	t4,matrixC
	mv	a1,a7
.L77:
	mv	a4,t1
	mv	a3,t4
	addi	t5,a1,64
.L75:
	mv	a0,a4
	mv	a2,a1
	li	t2,0
.L72:
	lh	a5,0(a2)
	lh	s3,0(a0)
	addi	a2,a2,2
	addi	a0,a0,64
	mulw	a5,a5,s3
	addw	t2,a5,t2
	bne	t5,a2,.L72
	sraiw	a5,t2,2
	sw	a5,0(a3)
	addi	a4,a4,2
	addi	a3,a3,4
	bne	t6,a4,.L75
	addi	t4,t4,128
	beq	t5,a6,.L74
	mv	a1,t5
	j	.L77
.L148:
	ld	a3,8(sp)
	lbu	a5,1(a4)
	addi	a4,a4,1
	addi	a3,a3,1
	sd	a3,8(sp)
	beq	a5,zero,.L88
.L85:
	addiw	a3,a5,-48
	andi	a3,a3,0xff
	bleu	a3,a6,.L92
	bne	a5,a7,.L99
.L93:
	ld	a3,24(sp)
	lbu	a5,1(a4)
	addi	a4,a4,1
	addi	a3,a3,1
	sd	a3,24(sp)
	beq	a5,zero,.L88
.L83:
	addiw	a3,a5,-48
	andi	a3,a3,0xff
	bgtu	a3,a6,.L146
	li	a3,3
.L86:
	slli	a2,a3,3
	addi	a5,a2,48
	add	a2,a5,sp
	ld	t3,-48(a2)
	lbu	a5,1(a4)
	addi	a4,a4,1
	addi	t3,t3,1
	sd	t3,-48(a2)
	bne	a5,zero,.L100
.L88:
	addi	t1,t1,1
	bne	s0,t1,.L78
	ld	a0,8(sp)
	ld	a3,32(sp)
	ld	a6,16(sp)
	slli	a5,a0,1
	add	a5,a5,a0
	ld	a2,24(sp)
	slli	a4,a3,1
	ld	a0,0(sp)
	slli	s0,a6,2
	add	a4,a4,a3
	add	s0,s0,a6
	add	s0,s0,a5
	slli	a4,a4,2
	slli	a5,a1,1
	sub	a4,a4,a3
	add	s0,s0,a0
	slli	a3,a2,3
	add	a5,a5,a1
	add	s0,s0,a4
	slli	a5,a5,2
	sub	a4,a3,a2
	add	s0,s0,a4
	add	a5,a5,a1
	add	s0,s0,a5
	j	.L30
.L48:
	li	s0,0
	j	.L30
.L89:
	addiw	a5,a5,-48
	andi	a5,a5,0xff
	bgtu	a5,a6,.L99
.L92:
	ld	a3,16(sp)
	lbu	a5,1(a4)
	addi	a4,a4,1
	addi	a3,a3,1
	sd	a3,16(sp)
	beq	a5,zero,.L88
.L84:
	addiw	a3,a5,-48
	andi	a3,a3,0xff
	bleu	a3,a6,.L111
	beq	a5,a7,.L93
.L146:
	beq	a5,t4,.L94
.L96:
	bne	a5,a0,.L99
	ld	a3,0(sp)
	lbu	a5,1(a4)
	addi	a4,a4,1
	addi	a3,a3,1
	sd	a3,0(sp)
	beq	a5,zero,.L88
.L80:
	beq	a5,a0,.L110
.L149:
	beq	a5,a7,.L93
	bgtu	a5,a7,.L89
	addiw	a5,a5,-43
	andi	a5,a5,253
	beq	a5,zero,.L148
.L99:
	lbu	a5,1(a4)
	addi	a1,a1,1
	sd	a1,40(sp)
	mv	a3,a4
	addi	a4,a4,1
	beq	a5,zero,.L88
	bne	a5,a0,.L99
	lbu	a5,2(a3)
	addi	a4,a3,2
	ld	a3,0(sp)
	addi	a3,a3,1
	sd	a3,0(sp)
	beq	a5,zero,.L88
	bne	a5,a0,.L149
.L110:
	li	a3,0
	j	.L86
.L74:
	sext.w	a3,t3
	li	a4,0
.L76:
	andi	a2,a3,31
	slli	a5,a4,5
	add	a5,a5,a2
	slli	a5,a5,2
	add	a5,t0,a5
	lw	a5,0(a5)
	addiw	a4,a4,1
	addiw	a3,a3,5
	add	s0,s0,a5
	bne	a4,s1,.L76
	addi	t3,t3,16
	bgtu	s2,t3,.L71
	j	.L30
.L94:
	ld	a3,32(sp)
	lbu	a5,1(a4)
	addi	a4,a4,1
	addi	a3,a3,1
	sd	a3,32(sp)
	beq	a5,zero,.L88
.L97:
	addiw	a3,a5,-48
	andi	a3,a3,0xff
	bleu	a3,a6,.L113
	bne	a5,t6,.L96
	j	.L94
.L113:
	li	a3,4
	j	.L86
.L111:
	li	a3,2
	j	.L86
.L41:
	li	a1,1000
	mul	a1,s2,a1
	beq	a1,zero,.L107
	li	a2,1
	li	a5,2
	li	a4,3
.L53:
	srli	a0,a4,3
	slli	a6,a4,2
	xor	a0,a0,a5
	add	a4,a6,a4
	add	a4,a4,a3
	add	a2,a0,a2
	addi	a3,a3,1
	slli	a0,a5,5
	srli	a5,a5,59
	or	a5,a0,a5
	xor	a2,a2,a4
	bne	a3,a1,.L53
	add	a5,a5,a4
	add	s0,a5,a2
	j	.L30
.L40:
	li	a3,700
	mul	a3,a1,a3
	beq	a3,zero,.L48
	li	a5,12288
	li	a4,0
	li	s0,0
	addi	a5,a5,57
	ld	a6,.LC1
	ld	a0,.LC2
	li	a1,3
	j	.L51
.L54:
	xor	s0,s0,a4
.L55:
	srli	a2,a5,40
	andi	a2,a2,7
	bne	a2,a1,.L56
	addi	s0,s0,7
.L56:
	addi	a4,a4,1
	beq	a4,a3,.L30
.L51:
	mul	a5,a5,a6
	add	a5,a5,a0
	bge	a5,zero,.L54
	add	s0,s0,a4
	j	.L55
.L39:
	li	a2,36864
	li	s0,0
	li	a1,0
	lla	a7,table
	li	a6,1024
	addi	a2,a2,1024
	beq	s2,zero,.L48
.L50:
	sext.w	t1,a1
	lla	a4,table
	li	a5,0
.L57:
	lw	a3,0(a4)
	xor	a0,t1,a5
	addiw	a5,a5,1
	addw	a3,a3,a0
	sw	a3,0(a4)
	addi	a4,a4,4
	bne	a5,a6,.L57
	li	a4,0
.L58:
	andi	a5,a4,1023
	slli	a5,a5,2
	add	a5,a7,a5
	lwu	a5,0(a5)
	addiw	a4,a4,37
	add	s0,s0,a5
	bne	a4,a2,.L58
	addi	a1,a1,1
	bne	s2,a1,.L50
	j	.L30
.L38:
	li	a2,500
	mul	a2,a1,a2
	li	a5,1
	bleu	a2,a5,.L48
	li	s0,0
	li	a4,1
	ld	a5,.LC0
.L49:
	mul	a5,a5,a4
	addi	a3,a4,3
	ori	a1,a4,1
	addi	a4,a4,1
	addi	a5,a5,77
	divu	a3,a5,a3
	remu	a1,a5,a1
	add	a3,a3,a1
	add	s0,s0,a3
	bne	a4,a2,.L49
	j	.L30
.L37:
	lla	a5,vector
	fld	fa4,.LC3,a2
	mv	a3,a5
	li	a4,0
	li	a2,1024
.L59:
	fcvt.d.w	fa5,a4
	addi	a3,a3,8
	addiw	a4,a4,1
	fmul.d	fa5,fa5,fa4
	fsd	fa5,-8(a3)
	bne	a4,a2,.L59
	beq	s2,zero,.L61
	fld	fa0,.LC4,a4
	fld	fa1,.LC5,a4
	fld	ft0,0(a5)
	fmv.d.x	fa3,zero
	li	a4,8192
	li	a3,0
	add	a4,a5,a4
.L63:
	fmv.d	fa4,ft0
	lla	a5,vector+8
.L62:
	fmv.d	fa5,fa4
	fld	fa4,0(a5)
	addi	a5,a5,8
	fmul.d	fa2,fa4,fa0
	fmsub.d	fa5,fa5,fa1,fa2
	fadd.d	fa3,fa3,fa5
	bne	a5,a4,.L62
	addi	a3,a3,1
	bne	s2,a3,.L63
	fcvt.lu.d s2,fa3,rtz
.L61:
	mv	s0,s2
	j	.L30
.L36:
	li	s1,0
	li	s0,0
	beq	a1,zero,.L48
.L47:
	li	a0,16
	call	fibonacci
	addi	s1,s1,2
	add	s0,s0,a0
	bgtu	s2,s1,.L47
	j	.L30
.L34:
	beq	a1,zero,.L48
	li	s4,1662976
	li	s3,1013903360
	li	s5,-1
	li	s0,0
	li	s1,1
	li	s6,0
	lla	s8,nodes+4096
	addiw	s4,s4,1549
	addiw	s3,s3,863
	srli	s5,s5,32
	li	s7,255
	lla	s9,nodes
.L43:
	mulw	s1,s1,s4
	lla	a4,nodes+16
	li	a3,0
	addw	s1,s1,s3
	srliw	a5,s1,16
	andi	a5,a5,1023
.L67:
	mulw	s1,s1,s4
	slli	a2,a3,32
	and	a5,a5,s5
	or	a5,a5,a2
	sd	a5,-8(a4)
	addiw	a3,a3,1
	sd	a4,-16(a4)
	mv	a2,a3
	addi	a4,a4,16
	addw	s1,s1,s3
	srliw	a5,s1,16
	andi	a5,a5,1023
	bne	a3,s7,.L67
	li	a1,256
	mv	a0,s9
	sw	a5,-8(s8)
	sd	zero,nodes+4080,a4
	sw	a2,-4(s8)
	call	mergeSort
	mv	a5,a0
	beq	a0,zero,.L66
.L65:
	lw	a3,8(a5)
	lw	a2,12(a5)
	ld	a5,0(a5)
	slli	a4,s0,5
	sub	a4,a4,s0
	xor	a3,a3,a2
	add	s0,a3,a4
	bne	a5,zero,.L65
.L66:
	addi	s6,s6,8
	bgtu	s2,s6,.L43
	j	.L30
.L107:
	li	s0,6
	j	.L30
	.size	run, .-run
	.align	1
	.globl	runMix
	.type	runMix, @function
runMix:
	addi	sp,sp,-48
	sd	s0,32(sp)
	sd	s1,24(sp)
	sd	s2,16(sp)
	sd	s3,8(sp)
	sd	ra,40(sp)
	mv	s2,a0
	li	s1,0
	li	s0,0
	li	s3,6
.L151:
	slli	a4,s0,5
	mv	a0,s1
	mv	a1,s2
	sub	s0,a4,s0
	addi	s1,s1,1
	call	run
	add	s0,s0,a0
	bne	s1,s3,.L151
	ld	ra,40(sp)
	mv	a0,s0
	ld	s0,32(sp)
	ld	s1,24(sp)
	ld	s2,16(sp)
	ld	s3,8(sp)
	addi	sp,sp,48
	jr	ra
	.size	runMix, .-runMix
	.section	.srodata.cst8,"aM",@progbits,8
	.align	3
.LC0:
	.dword	81985529216486895
	.align	3
.LC1:
	.dword	6364136223846793005
	.align	3
.LC2:
	.dword	1442695040888963407
	.align	3
.LC3:
	.word	2061584302
	.word	1071099412
	.align	3
.LC4:
	.word	0
	.word	1071644672
	.align	3
.LC5:
	.word	208632331
	.word	1072693249
	.bss
	.align	3
	.type	matrixC, @object
	.size	matrixC, 4096
matrixC:
	.zero	4096
	.type	matrixB, @object
	.size	matrixB, 2048
matrixB:
	.zero	2048
	.type	matrixA, @object
	.size	matrixA, 2048
matrixA:
	.zero	2048
	.type	nodes, @object
	.size	nodes, 4096
nodes:
	.zero	4096
	.type	bytes, @object
	.size	bytes, 65536
bytes:
	.zero	65536
	.type	vector, @object
	.size	vector, 8192
vector:
	.zero	8192
	.type	table, @object
	.size	table, 16384
table:
	.zero	16384
	.section	.rodata
	.align	3
	.set	.LANCHOR0,. + 0
	.type	text.0, @object
	.size	text.0, 42
text.0:
	.string	"12 -7.5 0x1F +3e10 .25 abc 99 1e-5 -0 7. "
	.ident	"GCC: (12.2.0-14+deb12u1+11+b2) 12.2.0"
